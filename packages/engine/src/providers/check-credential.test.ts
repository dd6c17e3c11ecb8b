// Whether a stored credential is taken, asked of a provider that never answers and of one that refuses it.
import { expect, test } from 'vitest';
import { systemClock } from '../observability/index.ts';
import { checkCredential, createProvider, type Provider, providerForms } from './index.ts';

const form = providerForms.get('openai')!;

function answering(list: Provider['list']): Provider {
  const provider = createProvider({ name: 'openai', form: { ...form, authentication: { kind: 'none' } } });
  return { ...provider, list };
}

test('whoever does not answer is waited for no longer than that', async () => {
  const provider = answering(() => new Promise(() => {}));
  const check = await checkCredential(provider, 'cred_1', { clock: systemClock, totalMs: 20 });
  expect(check).toMatchObject({ ok: false, isKeyChecked: false, problem: { kind: 'unreachable' } });
  expect(check.problem?.message).toContain('did not answer within 20 ms');
});

test('a key that is refused is to be rotated, not set in a variable', async () => {
  const asked: unknown[] = [];
  const body = JSON.stringify({
    error: { message: 'no', type: 'invalid_request_error', code: 'invalid_api_key' },
  });
  const provider = answering(async (what, credential) => {
    asked.push([what, credential]);
    return { status: 401, headers: {}, text: body, bytes: Buffer.from(body) };
  });
  const check = await checkCredential(provider, 'cred_1', { clock: systemClock });
  expect(check).toMatchObject({ ok: false, problem: { kind: 'wrong-key' } });
  expect(check.problem?.hint).toMatch(/^Rotate the credential/);
  expect(asked).toEqual([['models', 'cred_1']]);
});
