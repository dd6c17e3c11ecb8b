// What a signer signs, and what it takes for signed.
import { expect, it } from 'vitest';
import { Secret } from '../secret.ts';
import { parseMasterKeys } from './master-keys.ts';
import { createSigner } from './signer.ts';

const old = 'a'.repeat(64);
const young = 'b'.repeat(64);
const keys = (text: string) => parseMasterKeys(new Secret(text));

it('knows its own signatures, and those of a key from before', () => {
  const before = createSigner(keys(old), 'approvals').sign('text');
  const now = createSigner(keys(`${young}\n${old}`), 'approvals');
  expect(now.verify('text', before)).toBe(true);
  expect(now.verify('text', now.sign('text'))).toBe(true);
  expect(createSigner(keys(young), 'approvals').verify('text', before)).toBe(false);
});

it('refuses another text, another purpose and what is no signature', () => {
  const signer = createSigner(keys(old), 'approvals');
  const signature = signer.sign('text');
  expect(signer.verify('texT', signature)).toBe(false);
  expect(createSigner(keys(old), 'links').verify('text', signature)).toBe(false);
  const last = signature.endsWith('A') ? 'E' : 'A';
  for (const wrong of [
    '',
    'x',
    signature.slice(1),
    signature.slice(0, -1),
    `${signature.slice(0, -1)}${last}`,
  ])
    expect(signer.verify('text', wrong)).toBe(false);
  expect(() => createSigner([], 'approvals')).toThrow(/master key/);
});
