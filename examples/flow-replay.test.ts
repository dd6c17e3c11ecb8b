/**
 * How a flow is tested without a model: its calls were recorded once into `recordings/`, and are answered from there. To record
 * what is missing: `KEELSON_RECORD=1 npm test -- examples/flow-replay`. docs/blocks.md shows lines of this file.
 */
import { join } from 'node:path';
import { getData } from '@keelson/core';
import { type RunEvent, recordRuns, replayRuns, runBlock, streamBlock } from '@keelson/engine';
import { expect, test } from 'vitest';
import { environment as live, support } from './support-flow.ts';

const folder = join(import.meta.dirname, 'recordings');
const environment = process.env.KEELSON_RECORD ? recordRuns(folder, live) : replayRuns(folder);

test('answers a ticket', async () => {
  const response = await runBlock(support, { text: 'it crashes' }, { environment });
  expect(getData(response)).toBe('Please restart it.');
});

test('calls a person when it is urgent', async () => {
  const response = await runBlock(support, { text: 'the office is on fire' }, { environment });
  expect(getData(response)).toBe('A person was called.');
});

test('asks for all that is recorded, and for nothing else', () => {
  // Each is a sentence: what was asked and is not recorded, and what is recorded and nobody asked for.
  expect(environment.missing()).toEqual([]);
  expect(environment.unused()).toEqual([]);
});

test('goes the same way each time', async () => {
  const follow = async () => {
    const events: RunEvent[] = [];
    const run = streamBlock(support, { text: 'it crashes' }, { environment: replayRuns(folder) });
    for await (const event of run) events.push(event);
    return events;
  };
  expect(await follow()).toEqual(await follow());
});

test('says where a changed prompt differs', async () => {
  const replay = replayRuns(folder);
  const response = await runBlock(support, { text: 'it burns' }, { environment: replay });
  expect(response).toMatchObject({ success: false, error: { reason: 'call_not_recorded' } });
  expect(replay.missing()[0]).toMatch(/line 2 of `prompt` is ".+" and not "it burns"/);
});
