// Runs leave nothing behind: streamed, with deadlines, retries, races and people who are waited for, they end with the heap as it was.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { all, fail, race, retry, seq, step } from '@keelson/core';
import { expect, it } from 'vitest';
import { approve, createEnvironment, createMemoryJournal, streamBlock } from './index.ts';

it('a thousand runs leave the heap as it was', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = async (): Promise<number> => {
    // Twice, with a turn between: what is freed late is freed as well.
    for (let round = 0; round < 2; round += 1) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage().heapUsed;
  };
  const environment = createEnvironment();
  const flaky = step(
    'flaky',
    (text: string, { metadata }) => {
      if (metadata.attempt === 1) throw fail('tool', 'e');
      return text.padEnd(10_000, 'x');
    },
    { effects: 'none' },
  ).recover(retry());
  const hang = step('hang', (_: string, scope) => scope.sleep(60_000), { effects: 'none' });
  const quick = step('quick', (text: string) => text, { effects: 'none' });
  const flow = seq('s', all('a', { flaky, first: race('r', { hang, quick }) }), approve('ok'));
  const runMany = async (count: number): Promise<void> => {
    const signal = new AbortController().signal;
    for (let run = 0; run < count; run += 1) {
      const journal = createMemoryJournal();
      const stream = streamBlock(flow, `text ${run}`, { environment, journal, timeoutMs: 60_000, signal });
      let events = 0;
      for await (const event of stream) events += event.path === '' ? 0 : 1;
      expect(events).toBeGreaterThan(10);
      expect(await stream.response).toMatchObject({ error: { reason: 'approval_required' } });
    }
  };
  // Until what is compiled and kept once is there.
  await runMany(800);
  const before = await heap();
  await runMany(1000);
  const grown = (await heap()) - before;
  // A kilobyte that each run leaves behind would be a million bytes.
  expect(grown).toBeLessThan(500_000);
});
