/** How a conversation reaches whoever it is held with. */
import type { LockDiff } from '@keelson/core';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import type { Look } from '../terminal/look.ts';
import type { Conversation } from './conversation.ts';
import type { LockDraft } from './lock-draft.ts';

export interface Channel {
  readonly onText: (text: string) => void;
  readonly onTool: (name: string) => void;
  readonly onProposal: (diff: LockDiff) => void;
  readonly maySave: () => Promise<boolean | 'later'>;
}

export type OpenConversation = (channel: Channel) => Conversation;

export interface TalkParts {
  readonly input: Input;
  readonly surroundings: Surroundings;
  readonly draft: LockDraft;
  readonly model: string;
  readonly look: Look;
}
