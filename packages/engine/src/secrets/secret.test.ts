// A secret shows itself to nobody who does not ask for it by name.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createLog } from '../observability/index.ts';
import { Secret } from './index.ts';

test('a secret is revealed only on request', () => {
  expect(new Secret('sk-1').reveal()).toBe('sk-1');
});

test('no way of printing shows it', () => {
  const secret = new Secret('sk-1');
  const lines: string[] = [];
  createLog({ level: 'info', write: (line) => lines.push(line) }).info('Started.', {
    key: secret,
    all: { secret },
  });
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ a: [secret] }),
    ...lines,
  ];
  expect(Object.keys(secret)).toEqual([]);
  for (const text of printed) {
    expect(text).not.toContain('sk-1');
    expect(text).toContain('[secret]');
  }
});
