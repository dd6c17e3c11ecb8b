/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { mistralChat } from './mistral-chat/index.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { MistralChatQuirks } from './mistral-chat/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';
export type { OpenAiCompletionsQuirks } from './openai-completions/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'mistral-chat': mistralChat,
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
} as const;

export type DialectName = keyof typeof dialects;
