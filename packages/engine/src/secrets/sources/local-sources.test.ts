// Secrets of this machine: variables, files and commands, and everything that can be wrong with them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../observability/index.ts';
import { resolveSecret, secretSourcesFromEnvironment } from '../index.ts';

const canary = 'canary-5e1f';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = {
  PATH: process.env.PATH,
  HOME: '/somewhere',
  A_KEY: canary,
  EMPTY: '',
  KEELSON_COMMAND_ENV: 'ALLOWED',
  ALLOWED: 'yes',
};

async function read(reference: string, timeoutMs = 10_000): Promise<string> {
  const sources = secretSourcesFromEnvironment(environment, { clock: systemClock, folder });
  return (await resolveSecret(reference, { sources, clock: systemClock, timeoutMs })).reveal();
}

async function refusal(reference: string, timeoutMs?: number): Promise<string> {
  const failure: unknown = await read(reference, timeoutMs).then(
    () => new Error('It was not refused.'),
    (thrown: unknown) => thrown,
  );
  expect(failure).toMatchObject({ code: 'configuration_invalid' });
  const told = `${failure} ${JSON.stringify(failure)}`;
  expect(told).not.toContain(canary);
  return told;
}

describe('env', () => {
  test('is read', async () => expect(await read('env:A_KEY')).toBe(canary));
  test.each(['MISSING', 'EMPTY', 'toString'])('%s is not set', async (name) => {
    expect(await refusal(`env:${name}`)).toContain('is not set');
  });
});

describe('file', () => {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

  test('is read without one line break at its end', async () => {
    for (const [content, value] of [
      [canary, canary],
      [`${canary}\n`, canary],
      [`${canary}\r\n`, canary],
      [`a\nb\n\n`, 'a\nb\n'],
    ] as const) {
      write('key', content);
      expect(await read('file:key')).toBe(value);
      expect(await read(`file:${join(folder, 'key')}`)).toBe(value);
    }
  });

  test('a link is followed, as orchestrators make them', async () => {
    write('target', canary);
    symlinkSync(join(folder, 'target'), join(folder, 'link'));
    expect(await read('file:link')).toBe(canary);
  });

  test('what cannot be a secret is refused', async () => {
    expect(await refusal('file:missing')).toContain('cannot be opened');
    expect(await refusal('file:.')).toContain('is no file');
    expect(await refusal('file:/dev/zero')).toContain('is no file');
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    expect(await refusal('file:pipe')).toContain('is no file');
    write('empty', '\n');
    expect(await refusal('file:empty')).toContain('is empty');
    write('long', canary.repeat(10_000));
    expect(await refusal('file:long')).toContain('is longer');
    write('binary', new Uint8Array([0xff, 0xfe, 1]));
    expect(await refusal('file:binary')).toContain('is no text');
  });
});

describe('cmd', () => {
  test('is run, and what it prints is the secret', async () => {
    expect(await read(`cmd:printf '%s\\n' ${canary}`)).toBe(canary);
  });

  test('no shell reads it, unless it is asked for', async () => {
    expect(await read("cmd:printf %s '$HOME; id'")).toBe('$HOME; id');
    expect(await read("cmd:sh -c 'printf %s $HOME'")).toBe('/somewhere');
  });

  test('it sees few variables: not our secrets, but those that are allowed', async () => {
    const seen = await read('cmd:env');
    expect(seen).not.toContain(canary);
    expect(seen.split('\n').map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['PATH', 'HOME', 'ALLOWED']),
    );
    expect(seen).not.toContain('A_KEY');
  });

  test('failures tell how it ended and nothing that it said', async () => {
    expect(await refusal(`cmd:sh -c 'echo ${canary}; echo ${canary} >&2; exit 3'`)).toContain('ended with 3');
    expect(await refusal(`cmd:no-such-program-here ${canary}`)).toContain('cannot be started');
    expect(await refusal('cmd:true')).toContain('is empty');
    expect(await refusal(`cmd:sh -c 'kill -9 $$'`)).toContain('was killed');
  });

  test('one that prints for ever is ended', async () => {
    expect(await refusal('cmd:yes canary')).toContain('is longer');
  });

  test('one that hangs is ended with its children', async () => {
    const marker = `31.${process.pid}`;
    expect(await refusal(`cmd:sh -c 'sleep ${marker} & sleep ${marker}'`, 400)).toContain('within 400 ms');
    const left = (): number =>
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line === `sleep ${marker}`).length;
    await expect.poll(left, { timeout: 5000 }).toBe(0);
  });
});
