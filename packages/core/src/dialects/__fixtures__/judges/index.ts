/** One judge per dialect; recorded traffic is held against all of them. */
import type { DialectName } from '../../index.ts';
import { anthropicMessagesJudge } from './anthropic-messages.ts';
import { bedrockConverseJudge } from './bedrock-converse.ts';
import { cohereChatJudge } from './cohere-chat.ts';
import { geminiGenerateJudge } from './gemini-generate.ts';
import type { Judge } from './judge.ts';
import { mistralChatJudge } from './mistral-chat.ts';
import { ollamaChatJudge } from './ollama-chat.ts';
import { ollamaGenerateJudge } from './ollama-generate.ts';
import { openAiChatJudge } from './openai-chat.ts';
import { openAiCompletionsJudge } from './openai-completions.ts';
import { openAiResponsesJudge } from './openai-responses.ts';

export type { Judge, Reading } from './judge.ts';

export const judges: Readonly<Record<DialectName, Judge>> = {
  'anthropic-messages': anthropicMessagesJudge,
  'bedrock-converse': bedrockConverseJudge,
  'cohere-chat': cohereChatJudge,
  'gemini-generate': geminiGenerateJudge,
  'mistral-chat': mistralChatJudge,
  'ollama-chat': ollamaChatJudge,
  'ollama-generate': ollamaGenerateJudge,
  'openai-chat': openAiChatJudge,
  'openai-completions': openAiCompletionsJudge,
  'openai-responses': openAiResponsesJudge,
};
