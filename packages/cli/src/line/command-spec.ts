/** What a command is, as data: the parser, the help, the completion and docs/cli.md are all made of this. What it does is loaded when it is run. */
import type { Json } from '@keelson/core';
import type { Look } from '../terminal/look.ts';
import type { Input } from './input.ts';

/** What a shell may offer for a word; each is looked up only when it is asked for. */
export type Completes =
  | 'alias'
  | 'file'
  | 'model'
  | 'profile'
  | 'provider'
  | 'ability'
  | 'setting'
  | 'flow'
  | 'run';

export interface FlagSpec {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in the help. A flag without one is a switch. */
  readonly value?: string;
  readonly about: string;
  readonly choices?: readonly string[];
  /** May be given several times; each value may also be a list with commas. */
  readonly repeats?: boolean;
  /** `count` is a whole number from 0, `number` any from 0. */
  readonly kind?: 'text' | 'count' | 'number';
  readonly completes?: Completes;
}

export interface WordSpec {
  readonly name: string;
  readonly about: string;
  readonly isOptional?: boolean;
  /** Only the last one. */
  readonly repeats?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

interface Example {
  readonly line: string;
  readonly about: string;
}

export interface CommandSpec {
  /** Its last word, such as `check` of `lock check`. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Paragraphs below it. */
  readonly details?: readonly string[];
  readonly words?: readonly WordSpec[];
  readonly flags?: readonly FlagSpec[];
  readonly examples?: readonly Example[];
  /** Besides those that every command has. */
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[];
  readonly load?: () => Promise<{ readonly run: Run }>;
  /** A command with commands of its own runs none itself. */
  readonly commands?: readonly CommandSpec[];
  /** The one that is meant where none is named. */
  readonly usual?: string;
  /** Commands of its own that may also be written as flags, `--show` for `show`. */
  readonly asFlags?: readonly string[];
  /**
   * What files of settings are to it. Usually it needs them, and does nothing while there is an error in one. What shows or
   * mends them sees to that itself; what has nothing to do with them does not read them.
   */
  readonly configuration?: 'needed' | 'shown' | 'none';
  /** It goes on until it is stopped, and sees to signals itself. */
  readonly isServer?: boolean;
  /** For shells, not for people. */
  readonly isHidden?: boolean;
}

/** A command with the words that lead to it, `lock` and `check`. */
export interface FoundCommand {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
}

/** What a command is given besides its line. */
export interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly stopping: AbortSignal;
  readonly version: string;
  /** Every command, for the one that completes lines. */
  readonly catalog: CommandSpec;
  /** Said aside when the command has ended well, as an outcome's `notes` are. */
  readonly note: (text: string) => void;
  /** For the few commands that say something before they end. */
  readonly say: (text: string) => void;
}

/** What a command gives back; how it is printed is decided in one place for all of them. */
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
