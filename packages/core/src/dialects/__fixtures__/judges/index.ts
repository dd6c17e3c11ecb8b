/** One judge per dialect; recorded traffic is held against all of them. */
import type { DialectName } from '../../index.ts';
import { anthropicMessagesJudge } from './anthropic-messages.ts';
import type { Judge } from './judge.ts';
import { mistralChatJudge } from './mistral-chat.ts';
import { openAiChatJudge } from './openai-chat.ts';
import { openAiCompletionsJudge } from './openai-completions.ts';

export type { Judge, Reading } from './judge.ts';

export const judges: Readonly<Record<DialectName, Judge>> = {
  'anthropic-messages': anthropicMessagesJudge,
  'mistral-chat': mistralChatJudge,
  'openai-chat': openAiChatJudge,
  'openai-completions': openAiCompletionsJudge,
};
