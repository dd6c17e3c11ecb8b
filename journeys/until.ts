/** Waits until something holds, for what happens on the other side of a socket. It never decides a test by its speed. */
import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 10_000;

export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`);
    await wait(5);
  }
}

/** What a promise rejects with; fails when it does not. */
export async function failureOf(answer: PromiseLike<unknown>): Promise<unknown> {
  try {
    const value = await answer;
    throw new UnexpectedAnswer(`Expected a failure, but the answer was ${JSON.stringify(value)}.`);
  } catch (failure) {
    if (failure instanceof UnexpectedAnswer) throw failure;
    return failure;
  }
}

class UnexpectedAnswer extends Error {}
