// Encryption at rest: opens what it sealed, in its place, with its key; and refuses everything else without telling it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { KeelsonError } from '@keelson/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../observability/index.ts';
import {
  createSealer,
  generateMasterKey,
  parseMasterKeys,
  readMasterKeys,
  type Sealer,
  Secret,
} from '../index.ts';

const draw = (count: number) => systemRandom.bytes(count);
const old = generateMasterKey(draw);
const recent = generateMasterKey(draw);
const sealerOf = (...keys: string[]): Sealer =>
  createSealer(parseMasterKeys(new Secret(keys.join('\n'))), systemRandom);
const place = { table: 'provider_credentials', row: 'row-1', field: 'sealed' };
const canary = 'canary-90ab';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    expect(KeelsonError.is(thrown)).toBe(true);
    const told = `${thrown} ${JSON.stringify(thrown)} ${inspect(thrown, { depth: 9, showHidden: true })}`;
    expect(told).not.toContain(canary);
    for (const key of [old, recent]) expect(told).not.toContain(key);
    return told;
  }
  throw new Error('It was not refused.');
}

describe('a sealed value', () => {
  test('opens to what it was, whatever that was', () => {
    const sealer = sealerOf(old);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = sealer.seal(new Secret(text), place);
        expect(sealed).toMatch(/^ks1\.[0-9a-f]{16}\.[\w-]+$/);
        expect(sealer.open(sealed, place).reveal()).toBe(text);
      }),
    );
  });

  test('is never the same twice', () => {
    const sealer = sealerOf(old);
    const all = Array.from({ length: 1000 }, () => sealer.seal(new Secret(canary), place));
    expect(new Set(all).size).toBe(1000);
  });

  test('opens nowhere else', () => {
    const sealer = sealerOf(old);
    const sealed = sealer.seal(new Secret(canary), place);
    for (const other of [{ row: 'row-2' }, { field: 'name' }, { table: 'keys' }]) {
      const told = refusal(() => sealer.open(sealed, { ...place, ...other }));
      expect(told).toContain('has been changed, or belongs to another row');
      expect(told).toContain(other.row ?? place.row);
    }
  });

  test('is refused after any change of any character', () => {
    const sealer = sealerOf(old);
    const sealed = sealer.seal(new Secret(canary), place);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      // The last character of base64url may hold bits that are not read.
      if (at === sealed.length - 1 && sameBytes(changed, sealed)) continue;
      expect(refusal(() => sealer.open(changed, place))).toContain('row-1');
    }
    for (const short of ['', 'ks1', sealed.slice(0, 30), sealed.slice(0, -1), `${sealed}AAAA`, `x${sealed}`])
      expect(refusal(() => sealer.open(short, place))).toContain('row-1');
  });

  test('of a key that is not here names that key and the row', () => {
    const sealed = sealerOf(old).seal(new Secret(canary), place);
    const told = refusal(() => sealerOf(recent).open(sealed, place));
    expect(told).toContain(sealerOf(old).keyId);
    expect(told).toContain('provider_credentials row-1');
  });

  test('of an old key opens beside a new one, which writes', () => {
    const before = sealerOf(old);
    const sealed = before.seal(new Secret(canary), place);
    const after = sealerOf(recent, old);
    expect(after.keyId).toBe(sealerOf(recent).keyId);
    expect(after.knows(before.keyId)).toBe(true);
    expect(after.open(sealed, place).reveal()).toBe(canary);
    expect(
      sealerOf(recent)
        .open(after.seal(new Secret(canary), place), place)
        .reveal(),
    ).toBe(canary);
  });

  test('one that was written once still opens', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const sealed = 'ks1.54ac24b9ba39a1dc.AwMDAwMDAwMDAwMDRN7VYjZdO2IVJmMqjiWMZYJSwN7u1-hDzTXeLoEjN6MKn7UZ';
    expect(sealerOf(key).open(sealed, place).reveal()).toBe('a value of version 1');
  });
});

describe('master keys', () => {
  test('are base64, base64url or hexadecimal digits, one or several', () => {
    const bytes = Buffer.from(draw(32));
    const [first, ...others] = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ].map((text) => parseMasterKeys(new Secret(` ${text}\n`))[0]?.id);
    expect(others).toEqual([first, first]);
    expect(parseMasterKeys(new Secret(`${old},${recent}\n`))).toHaveLength(2);
  });

  test.each([
    '',
    ' \n',
    canary,
    'a'.repeat(32),
    `${'A'.repeat(42)}=`,
    canary.repeat(4),
  ])('%j is none', (text) => {
    refusal(() => parseMasterKeys(new Secret(text)));
    refusal(() => parseMasterKeys(new Secret(`${old}\n${text.trim() || canary}`)));
  });
});

describe('the file of the data folder', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keelson-master-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is made once, for its owner only, with nothing beside it', () => {
    const data = join(folder, 'a', 'data');
    const made = readMasterKeys({ folder: data, random: systemRandom });
    expect(readMasterKeys({ folder: data, random: systemRandom })).toEqual(made);
    expect(readdirSync(data)).toEqual(['master-key']);
    expect(statSync(join(data, 'master-key')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  test('is not made where a key is named', () => {
    const data = join(folder, 'b');
    const keys = readMasterKeys({ named: new Secret(old), folder: data, random: systemRandom });
    expect(keys.map(({ id }) => id)).toEqual([sealerOf(old).keyId]);
    expect(() => readdirSync(data)).toThrow();
  });

  test('damaged, it is refused and left as it is', () => {
    const data = join(folder, 'c');
    readMasterKeys({ folder: data, random: systemRandom });
    writeFileSync(join(data, 'master-key'), canary);
    refusal(() => readMasterKeys({ folder: data, random: systemRandom }));
    expect(readFileSync(join(data, 'master-key'), 'utf8')).toBe(canary);
  });

  test('cannot be made in a folder that is a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(refusal(() => readMasterKeys({ folder: join(folder, 'file'), random: systemRandom }))).toContain(
      'KEELSON_MASTER_KEY',
    );
  });
});

function sameBytes(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => Buffer.from(text.split('.')[2] ?? '', 'base64url'));
  return a!.equals(b!);
}
