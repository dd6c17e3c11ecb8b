/** What the simulator is told to answer, once it has been read from a prompt or the control endpoint. */
import type { StopReason } from '@keelson/core';
import type { Fault } from '../faults/index.ts';

/** One piece of the answer, in the order in which the script names them. */
export type Content =
  | { readonly type: 'text' | 'reason' | 'refuse'; readonly text: string }
  | { readonly type: 'long'; readonly words: number }
  /** Without a value: an instance of the schema that the request asks for. */
  | { readonly type: 'json'; readonly text?: string }
  /** Without arguments: some that satisfy the tool's schema. */
  | {
      readonly type: 'tool';
      readonly name: string;
      readonly arguments?: string;
      readonly isSigned?: boolean;
    }
  | { readonly type: 'echo' | 'images' | 'redacted' };

/** Token counts by the names of the canonical usage; totals include their parts. */
export interface ScriptedUsage {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly inputAudio?: number;
  readonly inputImage?: number;
  readonly output?: number;
  readonly reasoning?: number;
  readonly outputAudio?: number;
}

export interface Script {
  /** Empty means: whatever the request itself calls for. */
  readonly content: readonly Content[];
  readonly usage?: ScriptedUsage;
  readonly stop?: StopReason;
  /** The model that claims to have answered. */
  readonly model?: string;
  readonly delayMs?: number;
  /** Between two chunks of a stream. */
  readonly chunksMs?: number;
  readonly fault?: Fault;
}

export const emptyScript: Script = { content: [] };
