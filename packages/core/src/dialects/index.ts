/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { cohereChat } from './cohere-chat/index.ts';
import { openAiChat } from './openai-chat/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { CohereChatQuirks } from './cohere-chat/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'cohere-chat': cohereChat,
  'openai-chat': openAiChat,
} as const;

export type DialectName = keyof typeof dialects;
