/** One judge per dialect; recorded traffic is held against all of them. */
import type { DialectName } from '../../index.ts';
import { anthropicMessagesJudge } from './anthropic-messages.ts';
import { geminiGenerateJudge } from './gemini-generate.ts';
import type { Judge } from './judge.ts';
import { openAiChatJudge } from './openai-chat.ts';

export type { Judge, Reading } from './judge.ts';

export const judges: Readonly<Record<DialectName, Judge>> = {
  'anthropic-messages': anthropicMessagesJudge,
  'gemini-generate': geminiGenerateJudge,
  'openai-chat': openAiChatJudge,
};
