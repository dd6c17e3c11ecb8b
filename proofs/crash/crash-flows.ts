// The flow that is killed at every write: a sequence, branches at once, a loop, a child run, an approval, a payment that must not be
// made twice, and a timer. Each step notes in a file that it really runs.
import { appendFileSync } from 'node:fs';
import type { Flow, RunScope, StepOutcome } from '@keelson/engine';

export type Note =
  | {
      readonly what: 'ran';
      readonly run: string;
      readonly path: string;
      readonly key: string;
      readonly interrupted: number;
    }
  | { readonly what: 'recorded'; readonly run: string; readonly path: string };

/** Lines of many processes, in the order in which they were written. */
export function note(file: string, line: Note): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export const expectedOutput = {
  sum: 111,
  branches: [0, 1, 4],
  loop: [10, 11],
  child: 'child of 5',
  paid: true,
};

type Json = Awaited<ReturnType<Flow['run']>>;

function takeValue(scope: RunScope, outcome: StepOutcome): Json {
  if (outcome.state === 'done') return outcome.value;
  if (outcome.state === 'waiting') return scope.suspend();
  throw new Error(outcome.state === 'failed' ? outcome.error.code : outcome.state);
}

export function crashFlows(notes: string): Flow[] {
  const step = async (scope: RunScope, path: string, value: Json): Promise<Json> => {
    const outcome = await scope.step({ path, input: value }, async ({ idempotencyKey: key, interrupted }) => {
      note(notes, { what: 'ran', run: scope.runId, path, key, interrupted });
      return value;
    });
    return takeValue(scope, outcome);
  };
  const parent: Flow = {
    name: 'crash',
    version: '1',
    run: async (input, scope) => {
      const sum = ((await step(scope, '/seq/a', (input as number) + 10)) as number) + 100;
      const branches = await Promise.all([0, 1, 2].map((at) => step(scope, `/all/${at}`, at * at)));
      const loop: Json[] = [];
      for (let at = 0; at < 2; at++) loop.push(await step(scope, `/loop[${at}]`, 10 + at));
      const child = takeValue(scope, await scope.runChild({ path: '/child', flow: 'crash-child', input: 5 }));
      const answer = takeValue(
        scope,
        await scope.askApproval({ path: '/ok', input: { pay: sum }, expiresInMs: 600_000 }),
      );
      if ((answer as { approved: boolean }).approved !== true) return 'refused';
      takeValue(scope, await scope.sleepUntil('/nap', 0));
      return { sum, branches, loop, child, paid: await pay(notes, scope, sum) };
    },
  };
  const child: Flow = {
    name: 'crash-child',
    version: '1',
    run: async (input, scope) => {
      await step(scope, '/one', 1);
      return step(scope, '/two', `child of ${input}`);
    },
  };
  return [parent, child];
}

/** What was under way when a worker died is not done again; a person would be asked, and says that it happened. */
async function pay(notes: string, scope: RunScope, sum: number): Promise<boolean> {
  const request = { path: '/pay', input: { sum }, ifInterrupted: 'tell' } as const;
  const outcome = await scope.step(request, async ({ idempotencyKey: key, interrupted }) => {
    note(notes, { what: 'ran', run: scope.runId, path: '/pay', key, interrupted });
    return true;
  });
  return outcome.state === 'interrupted' ? true : (takeValue(scope, outcome) as boolean);
}
