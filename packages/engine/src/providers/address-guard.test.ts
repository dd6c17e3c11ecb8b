// Metadata services and link-local addresses in every spelling, as they stand and as what a name turns out to mean.
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chat, chatRequest } from './__fixtures__/ask.ts';
import { guardLookup, isMetadataHost } from './address-guard.ts';
import { createProvider, type ProviderConfig, providerForms } from './index.ts';

const form = providerForms.get('openai-compatible')!;
const make = (more: Partial<ProviderConfig>) => createProvider({ name: 'host', form, ...more });

const refused = [
  'http://169.254.169.254',
  'http://169.254.169.254.',
  'http://169.254.0.1',
  'http://169.254.170.2/v2',
  'http://2852039166',
  'http://0xA9FEA9FE',
  'http://0xa9.0xfe.0xa9.0xfe',
  'http://0251.0376.0251.0376',
  'http://025177524776',
  'http://169.254.43518',
  'http://169.16689662',
  'http://0xa9.254.0251.254',
  'http://１６９.２５４.１６９.２５４',
  'http://169。254。169。254',
  'http://%31%36%39.254.169.254',
  'https://169.254.169.254:8443/openai',
  'http://[::ffff:169.254.169.254]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]',
  'http://[0000:0000:0000:0000:0000:FFFF:A9FE:A9FE]',
  'http://[::169.254.169.254]',
  'http://[::ffff:0:169.254.169.254]',
  'http://[64:ff9b::169.254.169.254]',
  'http://[64:ff9b:1::a9fe:a9fe]',
  'http://[2002:a9fe:a9fe::]',
  'http://[2002:a9fe:a9fe::1]',
  'http://[2001:0:0:0:0:0:5601:5601]',
  'http://[fe80::5efe:a9fe:a9fe]',
  'http://[fe80::1]',
  'http://[FEBF::1]',
  'http://[fd00:ec2::254]',
  'http://[fd00:0ec2:0:0:0:0:0:254]',
  'http://[fd20:ce::254]',
  'http://100.100.100.200',
  'http://0x646464C8',
  'http://168.63.129.16',
  'http://192.0.0.192',
  'http://metadata.google.internal',
  'http://METADATA.Google.Internal.',
  'http://metadata.google.internal:80/computeMetadata/v1',
  'http://metadata',
  'http://metadata.goog',
  'http://instance-data',
  'http://instance-data.ec2.internal',
];

describe.each(refused)('%s', (address) => {
  test('is refused when configured', () => {
    expect(() => make({ address })).toThrow('metadata service');
  });

  test('is allowed to who says so', async () => {
    await make({ address, allowMetadataAddresses: true }).close();
  });
});

test.each([
  'http://127.0.0.1:11434',
  'http://localhost:8000/v1',
  'http://[::1]:8000',
  'http://10.0.0.1',
  'http://192.168.1.20:1234',
  'http://172.16.0.9',
  'http://[fd00::1]',
  'http://[fd12:3456::1]',
  'http://[fec0::1]',
  'http://100.100.100.201',
  'http://169.253.255.255',
  'http://169.255.0.1',
  'http://[::ffff:10.0.0.1]',
  'http://[2001:db8::a9fe:a9fe]',
  'https://api.openai.com/v1',
  'http://metadata.google.internal.example.org',
  'http://169.254.169.254.example.org',
])('%s is allowed', async (address) => {
  await make({ address }).close();
});

test('a zone does not hide an address', () => {
  expect(isMetadataHost('fe80::1%eth0')).toBe(true);
});

describe('names', () => {
  const server = createServer((_, response) => {
    response.end('{"choices":[{"message":{"role":"assistant","content":"here"},"finish_reason":"stop"}]}');
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  /** Answers with another list each time it is asked. */
  function names(...answers: string[][]): LookupFunction {
    return (_, options, callback) => {
      const found = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all === true) callback(null, all);
      else callback(null, all[0]!.address, all[0]!.family);
    };
  }

  const ask = async (lookup: LookupFunction, more: Partial<ProviderConfig> = {}) => {
    const provider = make({ address: `http://models.test:${port}`, connection: { lookup }, ...more });
    try {
      const { parts } = await chat(provider, form.chat[0]!, chatRequest('x'));
      return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    } finally {
      await provider.close();
    }
  };

  test('one that means this network is reached', async () => {
    expect(await ask(names(['127.0.0.1']))).toBe('here');
  });

  test.each([
    [['169.254.169.254']],
    [['::ffff:169.254.169.254']],
    [['fe80::1%lo']],
    [['fd00:ec2::254']],
    [['127.0.0.1', '169.254.169.254']],
  ])('one that means %s is not', async (addresses) => {
    const failed = expect(ask(names(addresses))).rejects;
    await failed.toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('metadata service'),
      hint: expect.stringContaining('allowMetadataAddresses'),
    });
  });

  test('one that changes its meaning after the first connection is not', async () => {
    const lookup = names(['127.0.0.1'], ['169.254.169.254']);
    const provider = make({ address: `http://models.test:${port}`, connection: { lookup } });
    const speech = form.chat[0]!;
    await chat(provider, speech, chatRequest('x'));
    // The socket becomes free shortly after its answer was heard.
    await new Promise((resolve) => setTimeout(resolve, 20));
    // The first socket is busy with one call, so the other needs a new one.
    const both = await Promise.allSettled([1, 2].map(() => chat(provider, speech, chatRequest('x'))));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await provider.close();
  });

  test('a lookup that fails is passed on as it is', () => {
    const lookup = guardLookup((_, __, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), ''),
    );
    lookup('a', {}, (error) => expect(error?.code).toBe('ENOTFOUND'));
    expect.assertions(1);
  });
});
