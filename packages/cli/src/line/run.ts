/** What a command is given and what it gives back. How that is printed is decided in one place for all of them. */
import type { Json } from '@keelson/core';
import type { Look } from '../terminal/look.ts';
import type { Input } from './input.ts';

export interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly stopping: AbortSignal;
  readonly version: string;
  /** For the few commands that say something before they end. */
  readonly say: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface Outcome {
  /** All of it, for `--json`. */
  readonly data: Json;
  /** For people. */
  readonly text: (look: Look) => string;
  /** 0 when left out. */
  readonly exitCode?: number;
  /** What is said aside, on the error channel, and not with `--json`. */
  readonly notes?: readonly string[];
}

export type Run = (input: Input, surroundings: Surroundings) => Promise<Outcome | undefined>;
