// Secrets by reference: bounded, kept for a while, read once for many, and never told by an error.
import { inspect } from 'node:util';
import { KeelsonError } from '@keelson/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHandClock, type HandClock } from './__fixtures__/hand-clock.ts';
import { createSecretResolver, resolveSecret } from './resolve-secret.ts';
import type { Secret } from './secret.ts';
import type { FoundSecret, SecretSource } from './secret-source.ts';

let clock: HandClock;
let reads = 0;
let answer: () => Promise<FoundSecret>;
const env: SecretSource = {
  read: () => {
    reads += 1;
    return answer();
  },
};

beforeEach(() => {
  clock = createHandClock();
  reads = 0;
  answer = () => Promise.resolve({ value: `secret ${reads}` });
});

describe('once', () => {
  test('gives what the source found', async () => {
    expect((await resolveSecret('env:A', { sources: { env }, clock })).reveal()).toBe('secret 1');
  });

  test('a source that is not there is told, with what would bring it', async () => {
    const failure = await resolveSecret('vault:a/b#c', { sources: { env }, clock }).catch((e: unknown) => e);
    expect(failure).toMatchObject({
      code: 'configuration_invalid',
      hint: expect.stringContaining('VAULT_ADDR'),
    });
  });

  test('time is bounded, and the source is told that nobody waits', async () => {
    let signal: AbortSignal | undefined;
    const slow: SecretSource = {
      read: (_, given) => {
        signal = given;
        return new Promise(() => undefined);
      },
    };
    const running = resolveSecret('env:A', { sources: { env: slow }, clock, timeoutMs: 500 });
    clock.turn(499);
    expect(signal?.aborted).toBe(false);
    clock.turn(1);
    await expect(running).rejects.toThrow('within 500 ms');
    expect(signal?.aborted).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['longer', 'canary'.repeat(20_000)],
  ])('%s values are refused', async (word, value) => {
    answer = () => Promise.resolve({ value });
    const failure = await resolveSecret('env:A', { sources: { env }, clock }).catch((e: unknown) => e);
    expect(String(failure)).toContain(word);
    expect(String(failure)).not.toContain('canary');
  });

  test('what a source throws is told by the reference alone', async () => {
    answer = () => Promise.reject(new Error('canary'));
    const failure = await resolveSecret('env:A', { sources: { env }, clock }).catch((e: unknown) => e);
    expect(KeelsonError.is(failure)).toBe(true);
    expect(`${failure} ${JSON.stringify(failure)}`).not.toContain('canary');
    expect(String(failure)).toContain('env:A');
  });
});

describe('kept', () => {
  const reveal = async (secret: Secret | Promise<Secret>): Promise<string> => (await secret).reveal();

  test('a fresh one comes without a promise, and a stale one while it is read anew', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock, freshMs: 1000, keptMs: 5000 });
    const first = resolver.resolve('env:A');
    expect(first).toBeInstanceOf(Promise);
    expect(await reveal(first)).toBe('secret 1');
    clock.turn(999);
    const second = resolver.resolve('env:A');
    expect(second).not.toBeInstanceOf(Promise);
    expect(reads).toBe(1);
    clock.turn(1);
    expect(await reveal(resolver.resolve('env:A'))).toBe('secret 1');
    await new Promise(setImmediate);
    expect(await reveal(resolver.resolve('env:A'))).toBe('secret 2');
    expect(reads).toBe(2);
  });

  test('a hundred callers at once ask once', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock });
    const all = await Promise.all(Array.from({ length: 100 }, () => resolver.resolve('env:A')));
    expect(new Set(all.map((one) => one.reveal()))).toEqual(new Set(['secret 1']));
    expect(reads).toBe(1);
  });

  test('while the source is away the old one holds, but not for ever', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock, freshMs: 1000, keptMs: 5000 });
    await resolver.resolve('env:A');
    answer = () => Promise.reject(new Error('away'));
    clock.turn(4999);
    expect(await reveal(resolver.resolve('env:A'))).toBe('secret 1');
    await new Promise(setImmediate);
    clock.turn(1);
    await expect(resolver.resolve('env:A')).rejects.toThrow('could not be read');
    answer = () => Promise.resolve({ value: 'back' });
    clock.turn(1000);
    expect(await reveal(resolver.resolve('env:A'))).toBe('back');
  });

  test('a failure is no flood of questions', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock });
    answer = () => Promise.reject(new Error('away'));
    for (let i = 0; i < 10; i += 1) await expect(resolver.resolve('env:A')).rejects.toThrow();
    expect(reads).toBe(1);
    clock.turn(1000);
    await expect(resolver.resolve('env:A')).rejects.toThrow();
    expect(reads).toBe(2);
  });

  test('no longer than the source says', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock });
    answer = () => Promise.resolve({ value: `short ${reads}`, lastsMs: 100 });
    await resolver.resolve('env:A');
    clock.turn(100);
    expect(await reveal(resolver.resolve('env:A'))).toBe('short 2');
  });

  test('one that was refused where it was used is read anew', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock });
    await resolver.resolve('env:A');
    resolver.forget('env:A');
    expect(await reveal(resolver.resolve('env:A'))).toBe('secret 2');
  });

  test('nothing shows what is kept', async () => {
    const resolver = createSecretResolver({ sources: { env }, clock });
    const secret = await resolver.resolve('env:A');
    const text = `${inspect(resolver, { depth: 20, showHidden: true })} ${inspect(secret, { showHidden: true })}`;
    expect(text).not.toContain('secret 1');
  });
});
