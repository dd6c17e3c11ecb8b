/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { geminiGenerate } from './gemini-generate/index.ts';
import { openAiChat } from './openai-chat/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { GeminiGenerateQuirks } from './gemini-generate/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
  'openai-chat': openAiChat,
} as const;

export type DialectName = keyof typeof dialects;
