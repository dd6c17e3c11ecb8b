// Callers' keys: their form, their life in the storage, and the bounds within which they are good.
import { inspect } from 'node:util';
import { createIds, openStorage, type Storage, silentLog, systemClock, systemRandom } from '@keelson/engine';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAddresses } from './address-list.ts';
import { createKeyRing, hashKey, issueKey, openKeyRing, rotateKey } from './index.ts';
import { generateKey, prefixOf, shapeOf } from './key-format.ts';

const draw = (count: number) => systemRandom.bytes(count);

describe('the form', () => {
  test('is 22 characters of chance with 6 of checksum, and known offline', () => {
    const keys = Array.from({ length: 2000 }, () => generateKey(draw));
    for (const key of keys) {
      expect(key).toMatch(/^ks_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$/);
      expect(shapeOf(key)).toBe('whole');
    }
    expect(new Set(keys).size).toBe(2000);
    const counts = new Map<string, number>();
    for (const letter of keys.map((key) => key.slice(3, 25)).join(''))
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    // 44,000 letters: about 710 of each; a tenth too few or too many is past five standard deviations.
    expect(counts.size).toBe(62);
    expect(Math.min(...counts.values())).toBeGreaterThan(560);
    expect(Math.max(...counts.values())).toBeLessThan(860);
  });

  test('stays what it is: keys of old are known by every version', () => {
    let next = 0;
    const counting = (count: number) =>
      Uint8Array.from({ length: count }, () => {
        next += 7;
        return next % 256;
      });
    expect(generateKey(counting)).toBe('ks_7ELSZgnu18FMTahov29GNU_0G4tnO');
  });

  test('any one character changed, lost or exchanged with its neighbour is noticed', () => {
    const letters = fc.constantFrom(...'0123456789ABCXYZabcxyz_');
    fc.assert(
      fc.property(fc.nat(31), letters, (at, letter) => {
        const key = generateKey(draw);
        const place = Math.max(at, 3);
        const changed = `${key.slice(0, place)}${letter}${key.slice(place + 1)}`;
        const lost = `${key.slice(0, place)}${key.slice(place + 1)}`;
        const exchanged = `${key.slice(0, place - 1)}${key[place] ?? ''}${key[place - 1]}${key.slice(place + 1)}`;
        for (const other of [changed, lost, exchanged]) {
          if (other !== key) expect(shapeOf(other), `${key} ${other}`).not.toBe('whole');
        }
      }),
    );
  });

  test.each([
    'ks-c29tZSBib290c3RyYXAga2V5IG9mIG9sZA',
    'sk-proj-abc',
    'ks_short',
    'my own key',
    '',
  ])('%j is of another kind', (key) => {
    expect(shapeOf(key)).toBe('other');
  });
});

describe('addresses', () => {
  const list = parseAddresses(['192.0.2.7', '10.0.0.0/8', '2001:db8::/32', '::1']);
  test.each([
    '192.0.2.7',
    '10.255.0.1',
    '2001:db8:1::5',
    '::1',
    '::ffff:10.1.2.3',
    '::FFFF:192.0.2.7',
  ])('%s is in it', (address) => {
    expect(list.has(address)).toBe(true);
  });
  test.each([
    '192.0.2.8',
    '11.0.0.1',
    '2001:db9::1',
    '',
    'localhost',
    '::ffff:11.0.0.1',
    '10.1',
  ])('%s is not', (address) => {
    expect(list.has(address)).toBe(false);
  });
  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'x',
    '10.0.0',
    '::/129',
    '10.0.0.0/-1',
    '',
  ])('%j is refused', (range) => {
    expect(() => parseAddresses([range])).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
  test('none admits nobody', () => expect(parseAddresses([]).has('127.0.0.1')).toBe(false));
});

describe('the life', () => {
  let storage: Storage;
  let now = 1_800_000_000_000;
  const deps = () => ({ storage, now: () => now, newId: createIds(systemClock, systemRandom), draw });
  const ring = async () => {
    const clock = { ...systemClock, now: () => now };
    const opened = await openKeyRing({ storage, clock, log: silentLog });
    await opened.close();
    return opened;
  };
  beforeEach(async () => {
    now = 1_800_000_000_000;
    storage = await openStorage({ kind: 'sqlite', path: ':memory:' }, { clock: systemClock, log: silentLog });
  });
  afterEach(() => storage.close());

  test('made, shown once, and known by its hash alone', async () => {
    const { secret, key } = await issueKey(deps(), {
      workspace: 'w',
      name: 'ci',
      models: ['fast'],
      by: 'key_0',
    });
    expect(shapeOf(secret)).toBe('whole');
    expect(key).toMatchObject({ workspace: 'w', name: 'ci', prefix: prefixOf(secret), createdBy: 'key_0' });
    expect((await ring()).identify(secret)).toMatchObject({
      keyId: key.id,
      workspace: 'w',
      models: ['fast'],
    });
    const kept = await storage.keys.list();
    expect(kept[0]?.secretSha256).toBe(hashKey(secret));
    expect(inspect([kept, key, await ring()], { depth: 20, showHidden: true })).not.toContain(
      secret.slice(9, 24),
    );
  });

  test('rotated: both are good during the overlap, then only the new one', async () => {
    const first = await issueKey(deps(), {
      workspace: 'w',
      name: 'ci',
      addresses: ['10.0.0.0/8'],
      scopes: ['calls:create'],
    });
    const second = await rotateKey(deps(), first.key.id, { overlapMs: 1000, by: 'key_9' });
    expect(second.key).toMatchObject({
      rotatedFrom: first.key.id,
      addresses: ['10.0.0.0/8'],
      scopes: ['calls:create'],
      createdBy: 'key_9',
    });
    const during = await ring();
    for (const { secret } of [first, second]) expect(during.identify(secret, '10.1.1.1').workspace).toBe('w');
    now += 1000;
    const after = await ring();
    expect(() => after.identify(first.secret, '10.1.1.1')).toThrow(
      expect.objectContaining({ code: 'authentication_failed' }),
    );
    expect(after.identify(second.secret, '10.1.1.1').workspace).toBe('w');
    await expect(rotateKey(deps(), first.key.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(rotateKey(deps(), 'none')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('revoked, it is known no more', async () => {
    const { secret, key } = await issueKey(deps(), { workspace: 'w', name: 'ci' });
    await storage.keys.revoke(key.id, now);
    const keys = await ring();
    expect(() => keys.identify(secret)).toThrow('not known');
    await expect(rotateKey(deps(), key.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each([
    { name: '' },
    { name: 'a\nb' },
    { name: 'x'.repeat(201) },
    { addresses: ['nowhere'] },
    { expiresAt: 1 },
  ])('%j is refused', async (more) => {
    const made = issueKey(deps(), { workspace: 'w', name: 'ci', ...more });
    await expect(made).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await storage.keys.list()).toEqual([]);
  });
});

describe('the ring', () => {
  const secret = generateKey(draw);
  let now = 1000;
  const addresses = parseAddresses(['192.0.2.0/24']);
  const keys = createKeyRing(
    new Map([
      [hashKey(secret), { keyId: 'k', workspace: 'w', expiresAt: 2000, addresses }],
      [hashKey('any old secret'), { keyId: 'old', workspace: 'w' }],
    ]),
    () => now,
  );
  test('an expiry counts when the call comes, not when the key was read', () => {
    now = 1999;
    expect(keys.identify(secret, '192.0.2.9').keyId).toBe('k');
    now = 2000;
    expect(() => keys.identify(secret, '192.0.2.9')).toThrow('expired');
  });
  test('another address, or none, is refused', () => {
    now = 1000;
    for (const address of ['192.0.3.9', '', undefined]) {
      expect(() => keys.identify(secret, address)).toThrow(
        expect.objectContaining({ code: 'permission_denied' }),
      );
    }
  });
  test('a damaged key is told as such, and any text may be one of old', () => {
    expect(() => keys.identify(`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`)).toThrow(
      'damaged',
    );
    expect(() => keys.identify('something else')).toThrow('not known');
    expect(keys.identify('any old secret').keyId).toBe('old');
  });
});
