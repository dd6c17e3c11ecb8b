/**
 * `npm run bench:limits`: what budgets cost a call on the main thread: setting its worst case aside on three accounts, the two
 * lines of the journal, and settling. Beside it a bare write of as many bytes, and a caller whom no budget binds. One JSON
 * line per case on stdout.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIds,
  createLog,
  Limits,
  openStorage,
  Refusal,
  systemClock,
  systemRandom,
} from '@keelson/engine';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 15 : 40;
const perRound = 4000;
/** Between two turns of the event loop, as many calls come as in a busy gateway. */
const perTurn = 8;
/** A thousand keys that ask in turn leave each slice cold, and most of them are fetched and brought back in between. */
const goals = { wholeUs: 12, growth: 1.25, spreadUs: 60, unboundUs: 1 } as const;
const sizes = [10, 10_000] as const;

const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);
const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
const newId = createIds(systemClock, systemRandom);
const folder = mkdtempSync(join(tmpdir(), 'keelson-bench-limits-'));

interface Bench {
  run(): Promise<void>;
  close(): Promise<void>;
}

const facts =
  '{"at":1763556000000,"workspace":"bench","key":"key 1","model":"openai:gpt-4o","endpoint":"chat","dialect":"openai-chat","stream":false,"most":1000}';
const outcome =
  '{"cost":"priced","nanoDollars":700,"provider":"openai","target":"gpt-4o","usage":{"input":{"total":12},"output":{"total":24}}}';

/** As many budgets as keys, and every call has three above it: its workspace's, its key's, and how often that may ask. */
async function openBench(budgets: number, keys: number): Promise<Bench> {
  const place = join(folder, `${budgets}-${keys}`);
  const storage = await openStorage(
    { kind: 'sqlite', path: join(place, 'keelson.db') },
    { clock: systemClock, log },
  );
  for (let key = 0; key < budgets / 2; key += 1) {
    const subject = { scope: 'key', subject: `key ${key}` };
    const at = systemClock.now();
    const money = { id: `m${key}`, ...subject, measure: 'money', window: 'month', limit: '1000' };
    const calls = { id: `r${key}`, ...subject, measure: 'requests', window: 'day', limit: 1e9 };
    await storage.budgets.create({ id: money.id, definition: money, amount: 1e12, at });
    await storage.budgets.create({ id: calls.id, definition: calls, amount: 1e9, at });
  }
  const limits = new Limits({
    storage,
    clock: systemClock,
    log,
    newId,
    host: 'bench',
    journal: { folder: join(place, 'journal') },
  });
  await limits.ready;
  await limits.create({
    id: 'all',
    scope: 'workspace',
    subject: 'bench',
    measure: 'money',
    window: 'month',
    limit: '9000000',
  });
  const subjects = Array.from({ length: keys }, (_, key) => ({ workspace: 'bench', keyId: `key ${key}` }));
  const names = () => ({ alias: undefined, targets: [] });
  const tags = {};
  let at = 0;
  return {
    run: async () => {
      for (let call = 0; call < perRound; call += 1) {
        at += 1;
        const touches = limits.touchedBy(subjects[at % keys] as (typeof subjects)[0], tags, names);
        const amounts: number[] = [];
        for (const { account } of touches) amounts.push(account.budget.measure === 'money' ? 1000 : 1);
        let answer = limits.reserve({ callId: newId(), touches, amounts, facts });
        if (answer instanceof Promise) answer = await answer;
        if (answer instanceof Refusal) throw answer.error;
        const spent: number[] = [];
        for (const { account } of touches) spent.push(account.budget.measure === 'money' ? 700 : 1);
        answer.settle(spent, systemClock.now(), outcome);
        if (call % perTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => {
      await limits.close();
      await storage.close();
    },
  };
}

/** What the system itself asks for two small writes. */
function openBareWrites(): Bench {
  const file = openSync(join(folder, 'bare'), 'a', 0o600);
  const line = `${'x'.repeat(319)}\n`;
  return {
    run: async () => {
      for (let call = 0; call < perRound; call += 1) {
        writeSync(file, line);
        writeSync(file, line);
        if (call % perTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => closeSync(file),
  };
}

/** A caller whom nothing binds, among budgets of others. */
async function openUnbound(): Promise<Bench> {
  const path = join(folder, 'unbound');
  const storage = await openStorage(
    { kind: 'sqlite', path: join(path, 'keelson.db') },
    { clock: systemClock, log },
  );
  const limits = new Limits({
    storage,
    clock: systemClock,
    log,
    newId,
    host: 'bench',
    journal: { folder: join(path, 'journal') },
  });
  await limits.ready;
  await limits.create({ id: 'k', scope: 'key', subject: 'x', measure: 'money', window: 'day', limit: '1' });
  const subject = { workspace: 'bench', keyId: 'free' };
  const names = () => ({ alias: undefined, targets: [] });
  const tags = {};
  return {
    run: async () => {
      let bound = 0;
      for (let call = 0; call < perRound; call += 1) {
        bound += limits.touchedBy(subject, tags, names).length;
        if (call % perTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      if (bound > 0) throw new Error('Somebody bound the caller.');
    },
    close: async () => {
      await limits.close();
      await storage.close();
    },
  };
}

const nothing: Bench = {
  run: async () => {
    for (let call = 0; call < perRound; call += perTurn)
      await new Promise((resolve) => setImmediate(resolve));
  },
  close: async () => {},
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const benches = new Map<string, Bench>();
try {
  progress('making 10,000 budgets');
  benches.set('nothing', nothing);
  benches.set('bare', openBareWrites());
  for (const size of sizes) benches.set(`${size}`, await openBench(size, 5));
  benches.set('spread', await openBench(10_000, 1000));
  benches.set('unbound', await openUnbound());
  const costs = new Map([...benches.keys()].map((name) => [name, [] as number[]]));
  progress('CPU time');
  for (let round = -3; round < rounds; round += 1) {
    for (const [name, bench] of benches) {
      const before = process.threadCpuUsage();
      await bench.run();
      const { user, system } = process.threadCpuUsage(before);
      if (round >= 0) costs.get(name)?.push((user + system) / perRound);
    }
  }
  const turn = median(costs.get('nothing') as number[]);
  const costOf = (name: string): number => median(costs.get(name) as number[]) - turn;
  const bareUs = costOf('bare');
  const print = (name: string, us: number, most: number, more: object): void => {
    const line = {
      bench: 'limits',
      case: name,
      cpuUs: rounded(us),
      ...more,
      goal: `at most ${most} µs`,
      met: us <= most,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const ratios = (us: number): object => ({
    bareWritesUs: rounded(bareUs),
    ratios: { bareWrites: rounded(us / bareUs) },
  });
  for (const size of sizes) {
    const us = costOf(`${size}`);
    print(`three accounts of ${size} budgets`, us, goals.wholeUs, ratios(us));
  }
  const growth = rounded(costOf('10000') / costOf('10'));
  const line = { bench: 'limits', case: 'growth from 10 to 10,000 budgets', ratios: { growth } };
  process.stdout.write(
    `${JSON.stringify({ ...line, goal: `at most ${goals.growth}`, met: growth <= goals.growth })}\n`,
  );
  const spreadUs = costOf('spread');
  print('a thousand keys in turn', spreadUs, goals.spreadUs, ratios(spreadUs));
  print('a caller whom no budget binds', costOf('unbound'), goals.unboundUs, {});
} finally {
  for (const bench of benches.values()) await bench.close();
  rmSync(folder, { recursive: true });
}
