/** An environment for tests: no waiting, chance that repeats, statistics in memory. */
import { type BlockEnvironment, createEnvironment } from '../environment.ts';
import { type RestlessClock, restlessClock } from './test-clock.ts';

export type TestEnvironment = BlockEnvironment & { readonly clock: RestlessClock };

export function testEnvironment(given: Partial<BlockEnvironment> = {}): TestEnvironment {
  const clock = restlessClock();
  let drawn = 0;
  const random = {
    float: () => 1 - 2 ** -32,
    bytes: (count: number) => {
      drawn += 1;
      const bytes = new Uint8Array(count);
      new DataView(bytes.buffer).setUint32(count - 4, drawn);
      return bytes;
    },
  };
  return { ...createEnvironment({ clock, random, ...given }), clock: (given.clock as RestlessClock) ?? clock };
}
