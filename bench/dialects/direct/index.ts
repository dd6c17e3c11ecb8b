/** The hand-written reader of each format; Mistral's answers have the layout of chat completions. */
import type { DialectName } from '@keelson/core';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohereChat } from './cohere-chat.ts';
import type { Direct } from './direct.ts';
import { geminiGenerate } from './gemini-generate.ts';
import { ollama } from './ollama.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiCompletions } from './openai-completions.ts';
import { openAiResponses } from './openai-responses.ts';

export const direct: Readonly<Record<DialectName, Direct>> = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
  'gemini-generate': geminiGenerate,
  'mistral-chat': openAiChat,
  'ollama-chat': ollama,
  'ollama-generate': ollama,
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-responses': openAiResponses,
};
