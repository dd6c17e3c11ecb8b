/** The simulator's only view of time: what it is now, and waiting that ends at once when the caller hangs up. */
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds since 1970. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Waits; rejects with the signal's reason when it fires, so that a hang-up ends whatever was waiting. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, signal === undefined ? {} : { signal });
}
