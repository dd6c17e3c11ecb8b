/** The errand of rendering one message: to whom it goes, where losses are told, and under which path. */
import type { Loss } from '../../message/index.ts';
import type { OpenAiChatQuirks } from './wire.ts';

export interface AssistantRendering {
  readonly quirks: OpenAiChatQuirks;
  readonly losses: Loss[];
  readonly path: string;
  /** Whether the message is an answer to a caller, who may be told more than a provider may be sent. */
  readonly isAnswer: boolean;
  /** Whether request or answer came in this format. */
  readonly isOwn?: boolean;
}
