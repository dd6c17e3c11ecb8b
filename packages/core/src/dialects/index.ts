/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { openAiChat } from './openai-chat/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { BedrockConverseQuirks } from './bedrock-converse/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'openai-chat': openAiChat,
} as const;

export type DialectName = keyof typeof dialects;
