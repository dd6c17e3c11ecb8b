/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiResponses } from './openai-responses/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';
export type { OpenAiResponsesQuirks } from './openai-responses/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
} as const;

export type DialectName = keyof typeof dialects;
