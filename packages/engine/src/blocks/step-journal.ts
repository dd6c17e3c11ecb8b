/**
 * The seam under which runs become durable: every visit of a node passes here with its path, and whatever a node waits for. Whoever
 * keeps the journal may answer from it instead of running anything. This file holds the seam and a journal in memory.
 */
import type { Answer, BlockResponse, Effects, Failure, Spending, Wait } from '@keelson/core';

/** One visit of one node. */
export interface JournalStep {
  /** Names of nodes from the first block down, as in `legs/b/ok` and `l/body[2]`; under a second attempt of `l`, `l~2/body[1]`. */
  readonly path: string;
  readonly block: string;
  readonly kind: string;
  readonly effects: Effects;
  readonly payload: unknown;
  /** Where no result is known of it, it may run again, also when it had begun. */
  readonly isRepeatable: boolean;
}

export interface Visited {
  readonly response: BlockResponse<unknown>;
  /** By all attempts of this visit. */
  readonly spent: Spending;
}

export type WaitOutcome =
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** Nobody keeps the time: the block waits for it itself. */
  | { readonly state: 'unkept' };

export interface StepJournal {
  /**
   * Gives what is known of the path, or runs it and keeps what came of it. What waits is not kept: it runs again. A failure alone
   * means that it was neither.
   */
  step(
    step: JournalStep,
    run: () => Promise<Visited>,
  ): Promise<Visited | { readonly failure: Failure; readonly response?: never }>;
  /** What became of the wait at this path; the first time, it begins. */
  wait(path: string, wait: Wait): Promise<WaitOutcome>;
}

export interface MemoryJournal extends StepJournal {
  answer(path: string, answer: Answer): void;
  readonly paths: readonly string[];
}

/** Keeps a run for as long as the process lives: for tests, and for answering what waits. */
export function createMemoryJournal(): MemoryJournal {
  const known = new Map<string, Visited>();
  const answers = new Map<string, Answer>();
  return {
    async step({ path }, run) {
      const before = known.get(path);
      if (before !== undefined) return before;
      const visited = await run();
      if (isWorthKeeping(visited.response)) known.set(path, structuredClone(visited));
      return visited;
    },
    async wait(path, wait) {
      const answer = answers.get(path);
      if (answer !== undefined) return { state: 'answered', answer };
      return { state: wait.for === 'time' ? 'unkept' : 'waiting' };
    },
    answer: (path, answer) => void answers.set(path, answer),
    get paths() {
      return [...known.keys()];
    },
  };
}

/** What waits, or was ended from outside, has no result. */
export function isWorthKeeping(response: BlockResponse<unknown>): boolean {
  return response.success || !/^(suspended|cancelled)$/.test(response.error.errorType);
}
