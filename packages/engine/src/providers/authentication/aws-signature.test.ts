// Our signatures are those of the AWS SDK, for whatever is sent.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAwsSigner } from './aws-signature.ts';

/** The oracle wants a class of hashes. */
class Sha256 {
  readonly #hash;
  constructor(key?: Parameters<typeof createHmac>[1]) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
}

/** Halves of characters cannot be sent. */
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '');

const segment = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => encodeURIComponent(whole(text))),
  fc.constantFrom(
    '..',
    '.',
    '',
    'anthropic.claude-v2%3A1',
    'a:b',
    "it's(1)!*",
    '%2F',
    '~',
    'converse-stream',
    'a+b',
  ),
  fc.stringMatching(/^[\w.~!*'():@$&+,;=-]{0,12}$/),
);
/** The oracle keeps names as fields of an object, which these are not. */
const oddNames = new Set(['__proto__', 'x-amz-signature']);

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map(whole);
const call = fc.record({
  method: fc.constantFrom('GET' as const, 'POST' as const),
  path: fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`),
  query: fc.dictionary(
    word.filter((name) => name !== '' && !oddNames.has(name)),
    word,
    { maxKeys: 4, noNullPrototype: true },
  ),
  host: fc.constantFrom('bedrock-runtime.us-east-1.amazonaws.com', '127.0.0.1:4110'),
  body: fc.option(fc.oneof(fc.string({ unit: 'binary' }).map(whole), fc.uint8Array())),
  now: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
  sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/), { nil: undefined }),
});

test('two thousand random calls have the signatures of the official signer', {
  timeout: 60_000,
}, async () => {
  const identity = {
    region: 'us-east-1',
    service: 'bedrock',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtn',
  };
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, query, host, body, now, sessionToken }) => {
      const known = { ...identity, ...(sessionToken !== undefined && { sessionToken }) };
      const oracle = new SignatureV4({ ...identity, credentials: known, sha256: Sha256 as never });
      const [hostname = '', port] = host.split(':');
      const expected = await oracle.sign(
        {
          method,
          protocol: 'https:',
          hostname,
          ...(port !== undefined && { port: Number(port) }),
          path,
          query,
          headers: { host },
          ...(body !== null && { body }),
        },
        { signingDate: now },
      );
      const search = Object.entries(query)
        .map((pair) => pair.map(encodeURIComponent).join('='))
        .join('&');
      const target = search === '' ? path : `${path}?${search}`;
      const flat = createAwsSigner(known)({ method, path: target, host, body }, now.getTime());
      const ours: Record<string, string> = {};
      for (let index = 0; index < flat.length; index += 2) ours[flat[index]!] = flat[index + 1]!;
      const { host: _, ...signed } = expected.headers;
      expect(ours).toEqual(signed);
    }),
    { numRuns: 2000 },
  );
});

test('the key of a day is not that of the next', () => {
  const identity = { region: 'r', service: 's', accessKeyId: 'a', secretAccessKey: 'b' };
  const request = { method: 'GET', path: '/', host: 'h', body: null } as const;
  const kept = createAwsSigner(identity);
  const days = [0, 1, 0, 5].map((day) => Date.UTC(2026, 9, 1 + day));
  for (const now of days) expect(kept(request, now)).toEqual(createAwsSigner(identity)(request, now));
});
