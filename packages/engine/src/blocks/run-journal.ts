/**
 * The seam under which runs become durable: every visit of a node passes here with its path, and whoever keeps the journal may
 * answer from memory instead of running it. This file holds the seam and a journal in memory.
 */
import type { Answer, BlockResponse, Effects } from '@keelson/core';

/** One visit of one node. */
export interface JournalStep {
  /** Names of nodes from the first block down, as in `legs/b/ok` and `l/body[2]`; under a second attempt of `l`, `l~2/body[1]`. */
  readonly path: string;
  readonly block: string;
  readonly kind: string;
  readonly effects: Effects;
}

export interface RunJournal {
  /** Gives what is known of the path, or runs it and keeps what came of it. What waits is not kept: it runs again. */
  step(step: JournalStep, run: () => Promise<BlockResponse<unknown>>): Promise<BlockResponse<unknown>>;
  /** What was said to the block at this path that waits. */
  findAnswer(path: string): Promise<Answer | undefined>;
}

export interface MemoryJournal extends RunJournal {
  answer(path: string, answer: Answer): void;
  readonly paths: readonly string[];
}

/** Keeps a run for as long as the process lives: for tests, and for answering what waits. */
export function createMemoryJournal(): MemoryJournal {
  const known = new Map<string, BlockResponse<unknown>>();
  const answers = new Map<string, Answer>();
  return {
    async step({ path }, run) {
      const before = known.get(path);
      if (before !== undefined) return before;
      const response = await run();
      if (isWorthKeeping(response)) known.set(path, structuredClone(response));
      return response;
    },
    findAnswer: async (path) => answers.get(path),
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
