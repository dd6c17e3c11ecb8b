/** A conversation with the advisor: question by question, each with its own way to be stopped. */
import type { Turn } from '@keelson/core';
import { type Answered, runTools, type ToolLoop } from './run-tools.ts';

type Loop = Omit<ToolLoop, 'signal'>;

export class Conversation {
  readonly #loop: Loop;
  #turns: readonly Turn[] = [];
  #stopping: AbortController | undefined;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  get isAnswering(): boolean {
    return this.#stopping !== undefined;
  }

  /** Undefined where it was stopped. What failed or was stopped is not remembered. */
  async ask(question: string): Promise<Answered | undefined> {
    const stopping = new AbortController();
    this.#stopping = stopping;
    try {
      const asked: Turn = { role: 'user', parts: [{ type: 'text', text: question }] };
      const answered = await runTools([...this.#turns, asked], { ...this.#loop, signal: stopping.signal });
      this.#turns = answered.turns;
      return answered;
    } catch (error) {
      if (stopping.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#stopping = undefined;
    }
  }

  stop(): void {
    this.#stopping?.abort();
  }
}
