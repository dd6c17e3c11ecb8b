/**
 * What the exchange needs to know of anything that can be asked: how a call is read, how it is answered, how an error is
 * told. Every dialect becomes one; the few endpoints without a dialect are written by hand beside this file.
 */
import type { ChatRequest, Frame, FramingName, KeelsonError, WireCall, WireReply } from '@keelson/core';
import type { AnswerPlace } from '../answer/index.ts';
import type { Fault } from '../faults/index.ts';
import type { Script } from '../script/index.ts';

export interface Endpoint {
  /** The name of its dialect, or its own. */
  readonly name: string;
  /** Throws a `KeelsonError` that says what is wrong with the call. */
  parse(call: WireCall): Question;
  renderError(error: KeelsonError, call: Pick<WireCall, 'path'>): WireReply;
}

export interface Question {
  readonly model?: string;
  readonly request?: ChatRequest;
  readonly isStream: boolean;
  /** Of its stream; absent when it has none. */
  readonly framing?: FramingName;
  /** What the prompt asks of the simulator. Throws when it cannot be understood. */
  readScript(): Instruction;
  /** The same for a script from elsewhere: nothing in the prompt counts as a keyword. */
  useScript(script: Script): Instruction;
  answer(instruction: Instruction, place: AnswerPlace): Answer;
}

export interface Instruction {
  readonly script: Script;
  /** What is left of the prompt. */
  readonly said: string;
  /** Carried out here as far as it strikes the answer itself. */
  readonly fault?: Fault;
}

export type Answer =
  | { readonly type: 'whole'; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Sound, or text that is no JSON. */
  | { readonly type: 'bytes'; readonly contentType: string; readonly pieces: readonly Uint8Array[] }
  | {
      readonly type: 'stream';
      readonly framing: FramingName;
      readonly contentType: string;
      readonly frames: readonly Frame[];
    };
