// Bodies are bounded, each by itself, and their cuts are told; what a caller is sent does not change by it.
import { expect, test } from 'vitest';
import { type CallRecord, silentLog, systemClock } from '../observability/index.ts';
import type { CallBodies } from '../storage/index.ts';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import type { AskedCall } from './asked-call.ts';
import { createBodyLog } from './body-log.ts';

const most = 256 * 1024;

async function keep(body: string, said: readonly (string | Uint8Array)[]) {
  const kept: CallBodies[] = [];
  const bodies = {
    insert: async (batch: readonly CallBodies[]) => void kept.push(...batch),
    find: async () => undefined,
  };
  const log = createBodyLog({ policy: 'all', bodies, clock: systemClock, log: silentLog });
  const caller = createTestCaller();
  const listened = log.listen(caller);
  for (const piece of said) listened.write(piece);
  listened.end();
  log.keep({ wire: { body } } as AskedCall, listened, { id: 'c', outcome: 'answered' } as CallRecord);
  await log.close();
  expect(caller.isOver).toBe(true);
  return { ...kept[0], heard: caller.text };
}

test('as much as may be is kept whole', async () => {
  const { request, response } = await keep('x'.repeat(most), ['y'.repeat(most - 1), Buffer.from('z')]);
  expect(request).toBe('x'.repeat(most));
  expect(response).toBe(`${'y'.repeat(most - 1)}z`);
});

test('more is cut, and its length told', async () => {
  const { request, response, heard } = await keep('x'.repeat(most + 5), ['y'.repeat(most - 1), 'zz', 'zzz']);
  expect(request).toBe(`${'x'.repeat(most)}\n[cut here: the first ${most} of ${most + 5} characters]`);
  expect(response).toBe(`${'y'.repeat(most - 1)}z\n[cut here: the first ${most} of ${most + 4} bytes]`);
  expect(heard).toBe(`${'y'.repeat(most - 1)}zzzzz`);
});

test('nothing said is nothing kept', async () => {
  expect(await keep('{}', [])).toEqual({ callId: 'c', request: '{}', heard: '' });
});

test('memory that its owner uses again changes nothing of what was kept', async () => {
  const bytes = Buffer.from('one');
  const bodies = { insert: async () => {}, find: async () => undefined };
  const log = createBodyLog({ policy: 'all', bodies, clock: systemClock, log: silentLog });
  const listened = log.listen(createTestCaller());
  listened.write(bytes);
  bytes.write('two');
  listened.end(bytes);
  expect(listened.said()).toBe('onetwo');
  await log.close();
});
