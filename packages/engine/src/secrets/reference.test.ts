// References: what each kind looks like, and that whatever is none is never repeated.
import { KeelsonError } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCommand } from './command-words.ts';
import { isReference, parseReference } from './reference.ts';

test.each([
  ['env:OPENAI_API_KEY', { kind: 'env', locator: 'OPENAI_API_KEY' }],
  ['file:/run/secrets/openai', { kind: 'file', locator: '/run/secrets/openai' }],
  ['file:key with spaces.txt', { kind: 'file', locator: 'key with spaces.txt' }],
  ['cmd:pass show "my key"', { kind: 'cmd', words: ['pass', 'show', 'my key'] }],
  ['vault:secret/data/openai#key', { kind: 'vault', locator: 'secret/data/openai', field: 'key' }],
  ['aws-sm:prod/openai', { kind: 'aws-sm', locator: 'prod/openai' }],
  [
    'aws-sm:arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/openai-AbCdEf#key',
    {
      kind: 'aws-sm',
      locator: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/openai-AbCdEf',
      field: 'key',
    },
  ],
  ['gcp-sm:projects/p-1/secrets/openai', { kind: 'gcp-sm', locator: 'projects/p-1/secrets/openai' }],
  [
    'gcp-sm:projects/p/locations/europe-west1/secrets/s/versions/3#key',
    { kind: 'gcp-sm', locator: 'projects/p/locations/europe-west1/secrets/s/versions/3', field: 'key' },
  ],
])('%s', (text, parsed) => {
  expect(parseReference(text)).toMatchObject(parsed);
  expect(isReference(text)).toBe(true);
});

test.each([
  'sk-proj-canary',
  'canary',
  '',
  ':canary',
  'toString:canary',
  'env:sk-canary',
  'env:',
  'file:',
  'file:a\0canary',
  'cmd:',
  'cmd:echo canary | tee x',
  'cmd:echo $CANARY_canary',
  'cmd:echo "canary',
  "cmd:'' canary",
  'vault:canary',
  'vault:secret/data/canary',
  'vault:secret/../canary#key',
  'vault:secret/data/canary#',
  'vault:secret/data/canary?x=1#key',
  'aws-sm:',
  'aws-sm:canary#a b',
  'gcp-sm:canary',
  'gcp-sm:projects/../secrets/canary',
  'gcp-sm:projects/p/secrets/canary:destroy',
  'keyring:canary',
])('refuses %j and does not repeat it', (text) => {
  const failure = catchError(() => parseReference(text));
  expect(failure).toMatchObject({ code: 'configuration_invalid' });
  expect(`${failure.message} ${failure.hint}`).not.toContain('canary');
});

test('a keyring is refused by name', () => {
  expect(catchError(() => parseReference('keyring:openai')).message).toContain('keyring');
});

test('of a command only the program is shown', () => {
  expect(parseReference('cmd:/opt/bin/fetch --token canary').label).toBe('cmd:fetch ...');
});

describe('words of a command', () => {
  test.each([
    ['a b  c', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`a '' b`, ['a', '', 'b']],
    [`a "b \\" \\\\ \\n $c"`, ['a', 'b " \\ \\n $c']],
    [`sh -c 'echo $A | tr a b'`, ['sh', '-c', 'echo $A | tr a b']],
    ['C:/x/y.exe --a=b,c %d @e', ['C:/x/y.exe', '--a=b,c', '%d', '@e']],
  ])('%s', (text, words) => expect(splitCommand(text)).toEqual(words));

  test.each([...'|&;<>()$`*?[]{}~#!\\'])('%s outside quotes is refused', (sign) => {
    expect(() => splitCommand(`echo a${sign}b`)).toThrow(KeelsonError);
  });

  test('words in single quotes come back as they were', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !/['\0]/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        fc.pre(words[0] !== '');
        expect(splitCommand(words.map((one) => `'${one}'`).join(' '))).toEqual(words);
      }),
    );
  });
});

function catchError(run: () => unknown): KeelsonError {
  try {
    run();
  } catch (thrown) {
    if (KeelsonError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('It was not refused.');
}
