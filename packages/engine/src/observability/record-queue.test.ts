// Records are kept in order and in batches, come again when keeping fails, and are counted when they are lost.
import { expect, test } from 'vitest';
import type { CallRecord } from './call-record.ts';
import type { Clock } from './clock.ts';
import { createLog } from './log.ts';
import { createRecordQueue, type RecordQueueSettings } from './record-queue.ts';

const record = (id: string): CallRecord => ({ id }) as CallRecord;

function open(more: Partial<RecordQueueSettings> & Pick<RecordQueueSettings, 'write'>) {
  let beat = (): void => {};
  const lines: string[] = [];
  const clock = {
    every: (_: number, run: () => void) => {
      beat = run;
      return () => {};
    },
  } as unknown as Clock;
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  return {
    queue: createRecordQueue({ clock, log, batchSize: 2, maxWaiting: 4, ...more }),
    beat: () => beat(),
    lines,
  };
}

test('a full batch is written at once, the rest with the next beat', async () => {
  const written: string[][] = [];
  const { queue, beat } = open({ write: (batch) => void written.push(batch.map(({ id }) => id)) });
  for (const id of ['a', 'b', 'c']) queue.add(record(id));
  await expect.poll(() => written.flat()).toEqual(['a', 'b', 'c']);
  queue.add(record('d'));
  expect(written.flat()).not.toContain('d');
  beat();
  await expect.poll(() => written.flat()).toEqual(['a', 'b', 'c', 'd']);
});

test('a batch that cannot be kept comes again, and too many are counted and said', async () => {
  const written: string[] = [];
  let isAway = true;
  const { queue, beat, lines } = open({
    write: (batch) => {
      if (isAway) throw new Error('disk full of sk-secret');
      written.push(...batch.map(({ id }) => id));
    },
  });
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) queue.add(record(id));
  beat();
  expect(queue.dropped).toBe(2);
  expect(lines.join()).toContain('being lost');
  expect(lines.join()).not.toContain('sk-secret');
  isAway = false;
  const afterBeat = () => {
    beat();
    return written;
  };
  await expect.poll(afterBeat).toEqual(['a', 'b', 'c', 'd']);
});

test('the end writes what is waiting, and does not wait for a keeper who is away', async () => {
  const written: string[] = [];
  const { queue } = open({ write: (batch) => void written.push(...batch.map(({ id }) => id)) });
  queue.add(record('a'));
  await queue.close();
  expect(written).toEqual(['a']);
  const away = open({ write: () => Promise.reject(new Error('away')) });
  away.queue.add(record('b'));
  await away.queue.close();
  expect(away.queue.dropped).toBe(1);
});

test('a flush says whether all that was added before is kept', async () => {
  let isAway = true;
  const written: string[] = [];
  const { queue } = open({
    write: async (batch) => {
      if (isAway) throw new Error('Away.');
      written.push(...batch.map(({ id }) => id));
    },
  });
  expect(await queue.flush()).toBe(true);
  queue.add(record('1'));
  expect(await queue.flush()).toBe(false);
  isAway = false;
  const first = queue.flush();
  queue.add(record('2'));
  expect(await Promise.all([first, queue.flush()])).toEqual([true, true]);
  expect(written).toEqual(['1', '2']);
  await queue.close();
});

test('a flush does not wait for what comes meanwhile, of which there may be no end', async () => {
  let written = 0;
  const { queue } = open({
    write: async (batch) => {
      written += batch.length;
      if (written < 1000) queue.add(record(`${written}`));
    },
  });
  queue.add(record('a'));
  queue.add(record('b'));
  expect(await queue.flush()).toBe(true);
  expect(written).toBeLessThan(10);
  expect(queue.waiting).toBeGreaterThan(0);
  await queue.close();
});

test('what waits is bounded by its size too, and named', async () => {
  const written: string[] = [];
  let isAway = true;
  const { queue, beat, lines } = open({
    write: (batch) => {
      if (isAway) throw new Error('away');
      written.push(...batch.map(({ id }) => id));
    },
    what: 'Bodies',
    sizeOf: ({ id }) => id.length,
    maxWaitingSize: 5,
  });
  for (const id of ['aaa', 'bbb', 'c']) queue.add(record(id));
  expect(queue.dropped).toBe(1);
  expect(lines.join()).toContain('Bodies are being lost');
  isAway = false;
  const beaten = (): string[] => {
    beat();
    return written;
  };
  await expect.poll(beaten).toEqual(['aaa', 'c']);
  queue.add(record('ddddd'));
  expect(queue.dropped).toBe(1);
});
