/** How the bytes of a chat format may pass untouched, by its name: for those who ask only that, and need nothing else of it. */
import type { Relay } from '../message/index.ts';
import { relay as anthropicMessages } from './anthropic-messages/index.ts';
import { relay as bedrockConverse } from './bedrock-converse/index.ts';
import { relay as cohereChat } from './cohere-chat/index.ts';
import { relay as geminiGenerate } from './gemini-generate/index.ts';
import { relay as mistralChat } from './mistral-chat/index.ts';
import { relay as ollamaChat } from './ollama-chat/index.ts';
import { relay as ollamaGenerate } from './ollama-generate/index.ts';
import { relay as openAiChat } from './openai-chat/index.ts';
import { relay as openAiCompletions } from './openai-completions/index.ts';
import { relay as openAiResponses } from './openai-responses/index.ts';

export const relays: Readonly<Record<string, Relay>> = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
  'gemini-generate': geminiGenerate,
  'mistral-chat': mistralChat,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-responses': openAiResponses,
};
