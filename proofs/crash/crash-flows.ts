// The flow that is killed at every write: a sequence, branches at once, a loop, a flow inside, an approval, a timer, and a payment that
// must not be made twice. Each step notes in a file that it really runs.
import { appendFileSync, readFileSync } from 'node:fs';
import { type AnyBlock, all, type Effects, flow, loop, map, type Scope, seq, step } from '@keelson/core';
import { approve, pause } from '@keelson/engine';

export interface Note {
  readonly what: 'ran' | 'recorded';
  readonly run: string;
  readonly path: string;
  readonly key?: string;
}

/** Lines of many processes, in the order in which they were written. */
export function note(file: string, line: Note): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export function readNotes(file: string): Note[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Note);
}

export const expectedOutput = { paid: 83 };
export const paymentName = 'pay';

export function crashFlow(notes: string): AnyBlock {
  const noteRun = (scope: Scope): void =>
    note(notes, {
      ...{ what: 'ran', run: scope.metadata.executionId },
      ...{ path: scope.path, key: scope.idempotencyKey },
    });
  const counted = (name: string, compute: (value: number) => number, effects: Effects = 'none') =>
    step(
      name,
      (value: number, scope) => {
        noteRun(scope);
        return compute(value);
      },
      { effects },
    );
  const add = (name: string, much: number, effects?: Effects) =>
    counted(name, (value) => value + much, effects);
  const branches = all('branches', {
    one: add('one', 1),
    two: seq('two', add('two-a', 1, 'idempotent'), add('two-b', 1)),
    three: add('three', 3),
  });
  const sum = map(
    'sum',
    ({ one, two, three }: { one: number; two: number; three: number }) => one + two + three,
  );
  const rounds = loop('rounds', add('round', 1, 'idempotent'), { until: (value) => value >= 41, max: 5 });
  const inside = seq(
    'inside',
    counted('double', (value) => value * 2),
    add('last', 1),
  );
  const pay = step(paymentName, (value: number, scope) => {
    noteRun(scope);
    return { paid: value };
  });
  return seq(
    'crash',
    add('first', 10),
    branches,
    sum,
    rounds,
    flow('child', inside),
    approve<number>('ok'),
    pause<number>('nap', 1),
    pay,
  );
}
