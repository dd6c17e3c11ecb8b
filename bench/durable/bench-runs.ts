// The flows that are measured, and durable runs as every process of the benchmark opens them.
import {
  createIds,
  createSigner,
  type DurableRuns,
  type Flow,
  openDurableRuns,
  parseMasterKeys,
  Secret,
  type Storage,
  type StorageTarget,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';

export const workspace = 'bench';

export interface BenchTask {
  readonly target: StorageTarget;
  readonly concurrency: number;
}

export const threeSteps: Flow = {
  name: 'three',
  version: '1',
  run: async (input, scope) => {
    let value = input;
    for (const path of ['/a', '/b', '/c']) {
      const outcome = await scope.step({ path, input: value }, async () => (value as number) + 1);
      if (outcome.state === 'done') value = outcome.value;
    }
    return value;
  },
};

export const emptyFlow: Flow = { name: 'empty', version: '1', run: async () => null };

export const resumes = 7;

export function manySteps(count: number): Flow {
  return {
    name: 'many',
    version: '1',
    run: async (_input, scope) => {
      for (let from = 0; from < count; from += 500)
        await Promise.all(
          Array.from({ length: 500 }, (_, at) =>
            scope.step({ path: `/flow/loop/body[${from + at}]`, input: from + at }, async () => ({
              at: from + at,
            })),
          ),
        );
      // Each event is one more time that it goes on.
      for (let at = 0; at < resumes; at++) {
        const outcome = await scope.waitForEvent({ path: `/flow/go[${at}]`, name: 'go' });
        if (outcome.state !== 'done') scope.suspend();
      }
      return null;
    },
  };
}

export function openBenchRuns(storage: Storage): DurableRuns {
  return openDurableRuns({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    host: 'bench',
  });
}
