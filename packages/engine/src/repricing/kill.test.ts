// A re-pricing whose processes are killed, one after the other: whoever goes on does nothing twice and leaves nothing out.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RepricingReceipt } from '@keelson/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportReceipts } from '../receipts/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import {
  callOf,
  corrected,
  costBy,
  deps,
  idAt,
  noon,
  period,
  usageOf,
  wrong,
} from './__fixtures__/repricing-calls.ts';
import { createDatabase, kinds, type TestDatabase } from './__fixtures__/repricing-kit.ts';

const program = join(import.meta.dirname, '__fixtures__/reprice-once.ts');
const compileCache = join(import.meta.dirname, '../../../../node_modules/.cache/compile');
const calls = 400;
const kills = 2;

describe.each(kinds)('killing a re-pricing on %s', (kind) => {
  let database: TestDatabase;
  let storage: Storage;
  beforeEach(async () => {
    database = await createDatabase(kind);
    storage = await openStorage(database.target, deps);
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  test('in the middle leaves one that is gone on with', { timeout: 180_000 }, async () => {
    const records = Array.from({ length: calls }, (_, at) => {
      const startedAt = noon + at * 60_000;
      return callOf(usageOf(at, 3), wrong, { startedAt, id: idAt(startedAt) });
    });
    await storage.calls.insertBatch(records);
    let id: string | undefined;
    for (let round = 0; round < kills; round++) {
      const { child, steps } = start(database, id);
      // At a moment that nobody chooses, behind its first step.
      while (steps() < 1) await Promise.race([once(child.stdout!, 'data'), failAtEnd(child)]);
      await deps.clock.sleep(Math.random() * 40);
      child.kill('SIGKILL');
      await once(child, 'close');
      const [open] = await storage.repricings.list(2);
      id = open!.id;
      await expectSums(storage);
    }
    const interrupted = await storage.repricings.find(id!);
    expect(interrupted?.lastCall).not.toBe('');
    expect(interrupted?.state).toBe('applying');

    const { child, said } = start(database, id);
    await once(child, 'close');
    const { changed, issued } = JSON.parse(said().trim().split('\n').at(-1)!) as {
      changed: number;
      issued: string[];
    };
    expect(changed).toBe(calls);
    for (const { id: call, usage } of records) {
      const found = await storage.calls.find(call);
      expect(found?.cost).toEqual(costBy(usage!, corrected));
      expect(found?.attempts[0]?.cost).toEqual(costBy(usage!, corrected));
    }
    await expectSums(storage);
    const lines: string[] = [];
    for await (const line of exportReceipts(storage.receipts)) lines.push(line);
    const told = lines.flatMap((line) => (JSON.parse(line) as { receipt?: RepricingReceipt }).receipt ?? []);
    expect(told).toMatchObject([{ kind: 'repricing', receipt_id: issued[0], calls }]);
    expect((await storage.repricings.list(5)).map(({ state }) => state)).toEqual(['done']);
  });
});

async function expectSums(storage: Storage): Promise<void> {
  const { calls: stored } = await storage.calls.list({ limit: 1000 });
  const sum = stored.reduce((all, { cost }) => all + BigInt(cost.nanoDollars!), 0n);
  for (const step of ['hour', 'day'] as const) {
    const entries = await storage.usage.read({ from: period.from - 86_400_000, to: period.to, step });
    expect(entries.reduce((all, { nanoDollars }) => all + nanoDollars, 0n)).toBe(sum);
  }
}

/** Fails when the process ends before it was killed. */
async function failAtEnd(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`It ended by itself, with ${code}.`);
}

interface Started {
  readonly child: ChildProcess;
  said(): string;
  steps(): number;
}

function start({ target, folder }: TestDatabase, id: string | undefined): Started {
  const place = target.kind === 'sqlite' ? target.path : target.url;
  const args = [program, target.kind, place, folder, ...(id === undefined ? [] : [id])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return { child, said: () => text, steps: () => text.split('step').length - 1 };
}
