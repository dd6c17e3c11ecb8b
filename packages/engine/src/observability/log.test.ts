// Lines are JSON, carry their owner's ids, and never the text of a foreign exception.
import { KeelsonError } from '@keelson/core';
import { expect, test } from 'vitest';
import { createLog, type LogLevel } from './log.ts';

function logged(level: LogLevel = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level, write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { log, lines };
}

test('a line holds the message, the time and the ids of its owner', () => {
  const { log, lines } = logged();
  log.with({ call: 'c1' }).warn('Slow.', { ms: 7 });
  expect(lines).toMatchObject([{ msg: 'Slow.', call: 'c1', ms: 7, time: expect.stringMatching(/Z$/) }]);
});

test('a level silences what is below it', () => {
  const { log, lines } = logged('warn');
  log.info('no');
  log.error('yes');
  expect(lines.map(({ msg }) => msg)).toEqual(['yes']);
});

test('of a foreign exception only class, code and place are written', () => {
  const { log, lines } = logged();
  const cause = Object.assign(new TypeError('key sk-secret was\n    refused'), { code: 'ERR_X' });
  log.error('Failed.', { error: new KeelsonError('internal_error', 'Ours.', { cause }) });
  expect(lines[0]).toMatchObject({
    error: { code: 'internal_error', fault: 'us', cause: { class: 'TypeError', code: 'ERR_X' } },
  });
  expect(JSON.stringify(lines)).not.toContain('sk-secret');
  log.error('Thrown.', { error: 'sk-secret' });
  expect(JSON.stringify(lines)).not.toContain('sk-secret');
});
