// The flows that are measured, as blocks, and how every process of the benchmark opens them.
import { type AnyBlock, buildGraph, seq, step } from '@keelson/core';
import {
  createEnvironment,
  createIds,
  createSigner,
  type Flows,
  openFlows,
  parseMasterKeys,
  Secret,
  type Storage,
  type StorageTarget,
  silentLog,
  systemClock,
  systemRandom,
  waitFor,
} from '@keelson/engine';

export interface BenchTask {
  readonly target: StorageTarget;
  readonly concurrency: number;
}

const workspace = 'bench';
export const bench = { workspace, identity: { keyId: 'bench', workspace } } as const;

const one = async (n: number): Promise<number> => n + 1;

/** Each step might do what must not happen twice, as a step does that says nothing: that it begins is written before it runs. */
const threeSteps = seq('three', step('a', one), step('b', one), step('c', one));
/** Steps that may run again: only what came of them is written. */
const threeRepeatable = seq(
  'three-repeatable',
  step('a', one, { effects: 'idempotent' }),
  step('b', one, { effects: 'idempotent' }),
  step('c', one, { effects: 'idempotent' }),
);
const oneStep = step('one', one);

/** How many visits a run has behind it that goes on, and how often it is made to. */
export const visits = 10_000;
export const resumes = { warm: 7, cold: 3 } as const;

/** Visits one node again and again, then waits as often as it is resumed: each time all that is recorded is walked again. */
function manyVisits(): AnyBlock {
  const built = buildGraph('many', {
    entry: 'count',
    nodes: {
      count: step('count', async (n: number) => n + 1, { effects: 'idempotent' }),
      go: waitFor<number>('go', 'go'),
    },
    edges: { count: [{ to: 'go', when: (n: number) => n >= visits }, { to: 'count' }], go: [{ to: 'go' }] },
    maxSteps: visits + resumes.warm + resumes.cold + 1,
  });
  if (!('block' in built)) throw new Error(built.problems[0]?.says);
  return built.block as AnyBlock;
}

export const measured = {
  threeSteps: threeSteps.name,
  threeRepeatable: threeRepeatable.name,
  oneStep: oneStep.name,
  manyVisits: 'many',
} as const;

export function openBenchFlows(storage: Storage): Flows {
  const environment = createEnvironment();
  return openFlows({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    host: `process ${process.pid}`,
    environmentOf: () => environment,
    code: { flows: [threeSteps, threeRepeatable, oneStep, manyVisits()] as AnyBlock[] },
  });
}
