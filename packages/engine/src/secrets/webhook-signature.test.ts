// Signatures of webhooks, held against the reference library in both directions, and everything that must not pass.
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';
import { type ReceivedWebhook, signWebhook, verifyWebhook } from './webhook-signature.ts';

const secretOf = (byte: number, length = 32): string =>
  `whsec_${Buffer.alloc(length, byte).toString('base64')}`;
const [first, second] = [secretOf(7), secretOf(250)];
const secrets = [new Secret(first)];
/** The reference reads the clock itself. */
const now = Math.floor(Date.now() / 1000) * 1000;
const bodies = ['', '{"a":1}', 'ö🦉\u2028', `{"long":"${'x'.repeat(100_000)}"}`];

const received = (body: string | Uint8Array, changes: object = {}): ReceivedWebhook => ({
  headers: { ...signWebhook({ id: 'msg_1', at: now, body }, secrets), ...changes },
  body,
});

test.each(bodies)('what we sign, the reference takes, and the other way round: %.20s', (body) => {
  const reference = new Webhook(first);
  const headers = signWebhook({ id: 'msg_1', at: now, body }, secrets);
  expect(headers['webhook-signature']).toBe(reference.sign('msg_1', new Date(now), body));
  if (body.startsWith('{')) expect(reference.verify(body, { ...headers })).toEqual(JSON.parse(body));
  const signed = { ...headers, 'webhook-signature': reference.sign('msg_1', new Date(now), body) };
  const verdict = { isValid: true, id: 'msg_1', at: now };
  expect(verifyWebhook({ headers: signed, body }, { secrets, now })).toEqual(verdict);
  expect(verifyWebhook({ headers: signed, body: Buffer.from(body) }, { secrets, now })).toEqual(verdict);
});

test('while one secret takes the place of another, either side may be first', () => {
  const body = '{"a":1}';
  const both = [new Secret(first), new Secret(second)];
  const headers = { ...signWebhook({ id: 'm', at: now, body }, both) };
  expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
  for (const secret of [first, second]) {
    expect(new Webhook(secret).verify(body, headers)).toEqual({ a: 1 });
    expect(verifyWebhook({ headers, body }, { secrets: [new Secret(secret)], now })).toMatchObject({
      isValid: true,
    });
    const one = { ...headers, 'webhook-signature': new Webhook(secret).sign('m', new Date(now), body) };
    expect(verifyWebhook({ headers: one, body }, { secrets: both, now })).toMatchObject({ isValid: true });
  }
});

test.each<[string, object, { readonly many?: boolean; readonly [name: string]: unknown }]>([
  ['another body', { body: '{"a":2}' }, {}],
  ['another id', {}, { 'webhook-id': 'msg_2' }],
  ['another time', {}, { 'webhook-timestamp': String(now / 1000 + 1) }],
  [
    'another secret',
    {},
    { 'webhook-signature': new Webhook(second).sign('msg_1', new Date(now), '{"a":1}') },
  ],
  ['no signature of ours', {}, { 'webhook-signature': 'v1a,AAAA v2,BBBB' }],
  ['an empty signature', {}, { 'webhook-signature': 'v1,' }],
  ['a shorter signature', {}, { 'webhook-signature': 'v1,AAAA' }],
  ['our signature behind too many others', {}, { many: true }],
])('%s is refused', (_, change, changes: { readonly many?: boolean }) => {
  const { many: isHidden = false, ...headers } = changes;
  const good = received('{"a":1}');
  expect(verifyWebhook(good, { secrets, now })).toMatchObject({ isValid: true });
  const many = isHidden && {
    'webhook-signature': `${'v1,x '.repeat(16)}${good.headers['webhook-signature']}`,
  };
  const changed = { ...good, ...change, headers: { ...good.headers, ...headers, ...many } };
  expect(verifyWebhook(changed, { secrets, now })).toEqual({ isValid: false, reason: 'wrong_signature' });
});

test.each([
  [-301_000, 'too_old'],
  [301_000, 'too_new'],
] as const)('a clock that is %i ms off is refused, and one second less is not', (off, reason) => {
  const message = received('{}');
  expect(verifyWebhook(message, { secrets, now: now - off })).toEqual({ isValid: false, reason });
  const nearer = now - off + Math.sign(off) * 1000;
  expect(verifyWebhook(message, { secrets, now: nearer })).toMatchObject({ isValid: true });
});

test.each([
  [{ 'webhook-id': undefined }, 'missing_header'],
  [{ 'webhook-id': '' }, 'missing_header'],
  [{ 'webhook-timestamp': undefined }, 'missing_header'],
  [{ 'webhook-signature': undefined }, 'missing_header'],
  [{ 'webhook-signature': ['v1,a', 'v1,b'] }, 'missing_header'],
  [{ 'webhook-timestamp': 'soon' }, 'bad_timestamp'],
  [{ 'webhook-timestamp': '1e9' }, 'bad_timestamp'],
  [{ 'webhook-timestamp': '-5' }, 'bad_timestamp'],
])('headers like %j are refused', (changes, reason) => {
  expect(verifyWebhook(received('{}', changes), { secrets, now })).toEqual({ isValid: false, reason });
});

test.each([
  ['', /whsec_/],
  ['hunter2', /whsec_/],
  ['whsec_', /base64/],
  ['whsec_!!', /base64/],
  [secretOf(1, 23), /23 bytes/],
  [secretOf(1, 65), /65 bytes/],
])('a secret like %s is said to be none, and not shown', (text, message) => {
  const use = (): unknown => verifyWebhook(received('{}'), { secrets: [new Secret(text)], now });
  expect(use).toThrow(message);
  if (text.length > 6) expect(use).not.toThrow(new RegExp(text.slice(6).replaceAll('+', '.')));
});

test('without a secret nothing is signed or taken, and an id cannot pass for something else', () => {
  expect(() => verifyWebhook(received('{}'), { secrets: [], now })).toThrow('there is none');
  expect(() => signWebhook({ id: 'a.1', at: now, body: '' }, secrets)).toThrow('without a dot');
  expect(() => signWebhook({ id: 'a\r\nb', at: now, body: '' }, secrets)).toThrow('without a dot');
});
