/**
 * Users of OpenAI's library for pictures, sound and moderation, with the gateway in between: what they get is what the vendor
 * sent, to the byte, and what it used is recorded, priced and signed like every other call.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PassingGateway, startPassing } from './passing-vendor.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;
let gateway: PassingGateway;
let direct: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
  gateway = await startPassing(simulator, {
    aliases: {
      painter: { targets: ['vendor:gpt-image'], retries: 0 },
      voice: { targets: ['vendor:tts-1'], retries: 0 },
      judge: { targets: ['vendor:omni'], retries: 0 },
      ears: { targets: ['vendor:whisper-1'], retries: 0 },
    },
    keys: { narrow: { keyId: 'k2', workspace: 'w1', models: ['painter'] } },
  });
  direct = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'test', maxRetries: 0 });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await gateway.end();
  await simulator.close();
});

/** A second of silence, as a whole file. */
function wav(seconds = 1): Buffer {
  const data = Buffer.alloc(seconds * 16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

describe('moderations', () => {
  it('are answered as the vendor answers, cost nothing, and have a receipt', async () => {
    const asked = { model: 'omni', input: 'no violence' };
    const answer = await gateway.openai.moderations.create({ ...asked, model: 'vendor:omni' });
    expect(answer).toEqual(await direct.moderations.create(asked));
    const record = await gateway.lastRecord();
    expect(record).toMatchObject({
      endpoint: 'moderations',
      dialect: 'openai',
      lane: 'pass-through',
      outcome: 'answered',
      requestedModel: 'vendor:omni',
      model: 'omni',
      cost: { status: 'priced', nanoDollars: 0, priceVersion: 'free' },
    });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
    await until(() => gateway.engine.waiting() === 0, 'the record to be stored');
    const [found] = (await gateway.storage.calls.list({ limit: 1 })).calls;
    expect(found).toMatchObject({ id: record.id, endpoint: 'moderations' });
  });
});

describe('images', () => {
  it('by an alias, counted in tokens', async () => {
    const { data, usage } = await gateway.openai.images.generate({
      model: 'painter',
      prompt: 'a red ship',
      n: 2,
    });
    expect(data).toHaveLength(2);
    expect(simulator.requests[0]).toMatchObject({ path: '/v1/images/generations', model: 'gpt-image' });
    const record = await gateway.lastRecord();
    expect(record).toMatchObject({
      endpoint: 'images',
      alias: 'painter',
      outcome: 'answered',
      isStream: false,
    });
    expect(record.usage).toEqual({
      input: { total: usage?.input_tokens, text: 3, image: 0 },
      output: { total: 544, image: 544 },
    });
    // 3 tokens of text at 5 dollars a million, 544 of pictures at 40.
    expect(record.cost).toMatchObject({ status: 'priced', nanoDollars: 3 * 5000 + 544 * 40_000 });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
  });

  it('of a model that is sold by the picture', async () => {
    await gateway.openai.images.generate({ model: 'vendor:dall-e-3', prompt: 'a ship', n: 3 });
    expect(await gateway.lastRecord()).toMatchObject({
      usage: { billed: { images: 3 } },
      cost: { status: 'priced', nanoDollars: 120_000_000 },
    });
  });

  it('as a stream, whose last event tells the usage', async () => {
    const asked = { model: 'painter', prompt: 'a ship', stream: true, partial_images: 1 } as const;
    const types: string[] = [];
    for await (const event of await gateway.openai.images.generate(asked)) types.push(event.type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    expect(await gateway.lastRecord()).toMatchObject({
      isStream: true,
      outcome: 'answered',
      usage: { input: { total: 2 }, output: { image: 272 } },
      cost: { status: 'priced', nanoDollars: 2 * 5000 + 272 * 40_000 },
    });
  });

  it('edited: a form passes byte for byte but for the model', async () => {
    const image = await toFile(Buffer.from([0, 255, 13, 10, 45, 45, 128]), 'ship.png', { type: 'image/png' });
    const { data } = await gateway.openai.images.edit({ model: 'painter', image, prompt: 'make it blüe' });
    expect(data).toHaveLength(1);
    const sent = simulator.requests[0];
    expect(sent?.model).toBe('gpt-image');
    expect(sent?.body).toContain(String.fromCharCode(0, 255, 13, 10, 45, 45, 128));
    expect(Buffer.from(sent?.body ?? '', 'latin1').toString('utf8')).toContain('make it blüe');
    expect(await gateway.lastRecord()).toMatchObject({
      endpoint: 'image-edits',
      usage: { input: { image: 272 } },
      cost: { status: 'priced' },
    });
  });
});

describe('sound', () => {
  const file = () => toFile(wav(), 'dawn.wav', { type: 'audio/wav' });

  it('is made in pieces, to the byte, and billed by the character', async () => {
    const asked = { input: 'The ship säils', voice: 'alloy' } as const;
    const answer = await gateway.openai.audio.speech.create({ ...asked, model: 'vendor:tts-1' });
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    const expected = await direct.audio.speech.create({ ...asked, model: 'tts-1' });
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(await expected.arrayBuffer()))).toBe(
      true,
    );
    const record = await gateway.lastRecord();
    expect(record).toMatchObject({
      endpoint: 'speech',
      outcome: 'answered',
      usage: { billed: { characters: 14 } },
      cost: { status: 'priced', nanoDollars: 14 * 15_000 },
    });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
  });

  it('made as events tells tokens', async () => {
    const asked = { input: 'The ship sails', voice: 'alloy', stream_format: 'sse' } as const;
    const answer = await gateway.openai.audio.speech.create({ ...asked, model: 'vendor:gpt-tts' });
    expect(await answer.text()).toContain('speech.audio.done');
    expect(await gateway.lastRecord()).toMatchObject({
      usage: { input: { total: 3 }, output: { total: 60, audio: 60 } },
      cost: { status: 'priced', nanoDollars: 3 * 1000 + 60 * 12_000 },
    });
  });

  it.each([
    [
      'json',
      'vendor:gpt-transcribe',
      { input: { total: 24, audio: 24 }, output: { total: 6 } },
      24 * 6000 + 6 * 10_000,
    ],
    ['json', 'ears', { input: { audioSeconds: 3 } }, 3 * 100_000],
    ['verbose_json', 'ears', { input: { audioSeconds: 3 } }, 3 * 100_000],
  ] as const)('is heard as %s by %s', async (format, model, usage, nanoDollars) => {
    const asked = { model, file: await file(), response_format: format };
    expect(await gateway.openai.audio.transcriptions.create(asked)).toMatchObject({
      text: 'The ship sails at dawn.',
    });
    const record = await gateway.lastRecord();
    expect(record).toMatchObject({
      endpoint: 'transcriptions',
      usage,
      cost: { status: 'priced', nanoDollars },
    });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
  });

  it('heard as plain text tells no usage, which is unpriced and not free', async () => {
    const asked = { model: 'ears', file: await file(), response_format: 'text' } as const;
    expect(await gateway.openai.audio.transcriptions.create(asked)).toBe('The ship sails at dawn.\n');
    expect((await gateway.lastRecord()).cost).toEqual({ status: 'unpriced' });
  });

  it('is heard as a stream', async () => {
    const asked = { model: 'vendor:gpt-transcribe', file: await file(), stream: true } as const;
    let text = '';
    for await (const event of await gateway.openai.audio.transcriptions.create(asked))
      if (event.type === 'transcript.text.delta') text += event.delta;
    expect(text).toBe('The ship sails at dawn.');
    expect(await gateway.lastRecord()).toMatchObject({ isStream: true, usage: { input: { audio: 24 } } });
  });

  it('is translated', async () => {
    const { text } = await gateway.openai.audio.translations.create({ model: 'ears', file: await file() });
    expect(text).toBe('The ship sails at dawn.');
    expect(await gateway.lastRecord()).toMatchObject({
      endpoint: 'translations',
      cost: { status: 'priced' },
    });
  });
});

describe('what goes wrong', () => {
  const speak = (model = 'voice') =>
    gateway.openai.audio.speech.create({ model, input: 'one two three four', voice: 'alloy' });

  it.each([
    ['rate-limit', OpenAI.RateLimitError],
    ['server-error', OpenAI.InternalServerError],
    ['unauthorized', OpenAI.APIError],
  ] as const)('the vendor’s %s is the library’s own class, and costs nothing', async (fault, expected) => {
    simulator.fault(fault, { rate: 1 });
    for (const call of [
      () => speak(),
      () => gateway.openai.moderations.create({ model: 'judge', input: 'a' }),
    ]) {
      const seen = await failureOf(call());
      expect(seen).toBeInstanceOf(expected);
      expect((seen as Error).message).toContain('(simulated)');
      const record = await gateway.lastRecord();
      expect(record).toMatchObject({ outcome: 'failed', cost: { nanoDollars: 0 } });
      expect(record.usage).toBeUndefined();
    }
  });

  it.each(['malformed-json', 'empty-body', 'reset-mid-stream'])('%s is no answer', async (fault) => {
    simulator.fault(fault, { rate: 1 });
    const seen = await failureOf(gateway.openai.images.generate({ model: 'painter', prompt: 'a ship' }));
    expect(seen).toBeInstanceOf(OpenAI.InternalServerError);
    expect((await gateway.lastRecord()).outcome).toBe('failed');
  });

  it('sound that breaks off is not taken for all of it', async () => {
    simulator.fault('reset-mid-stream', { rate: 1 });
    const answer = await speak();
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(await gateway.lastRecord()).toMatchObject({
      outcome: 'failed',
      error: 'stream_interrupted',
      cost: { status: 'estimated', nanoDollars: 18 * 15_000 },
    });
  });

  it('a caller who leaves ends the call at the vendor', async () => {
    simulator.fault('stall-between-chunks', { rate: 1 });
    const leaving = new AbortController();
    const asked = { model: 'vendor:tts-1', input: 'one two three four five', voice: 'alloy' } as const;
    const answer = await gateway.openai.audio.speech.create(asked, { signal: leaving.signal });
    leaving.abort();
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(await gateway.lastRecord()).toMatchObject({
      outcome: 'aborted',
      status: 499,
      cost: { status: 'estimated' },
    });
  });

  it('who does not answer in time is not waited for', async () => {
    simulator.fault('stall-before-first-byte', { rate: 1 });
    const asked = { model: 'judge', input: 'a' };
    const seen = await failureOf(
      gateway.openai.moderations.create(asked, { headers: { 'x-keelson-deadline-ms': '100' } }),
    );
    expect(seen).toMatchObject({ status: 504 });
    expect(await gateway.lastRecord()).toMatchObject({ outcome: 'failed', error: 'provider_timeout' });
  });

  it('a secret that a vendor repeats in an error reaches nobody', async () => {
    const vendor = createServer((request, response) => {
      const { authorization } = request.headers;
      const isRefused = request.url?.includes('moderations') === true;
      response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `Wrong: ${authorization}`, code: 'invalid_api_key' } }),
      );
    });
    vendor.listen(0, '127.0.0.1');
    await once(vendor, 'listening');
    const url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
    const leaky = await startPassing({ url } as Simulator, { engine: { logBodies: 'all' } });
    const failures = [
      await failureOf(leaky.openai.moderations.create({ model: 'vendor:a', input: 'a' })),
      await failureOf(leaky.openai.images.generate({ model: 'vendor:a', prompt: 'a' })),
    ];
    for (const seen of failures) {
      expect(seen).toBeInstanceOf(OpenAI.APIError);
      expect((seen as Error).message).toContain('Wrong');
      expect(JSON.stringify([seen, (seen as Error).message])).not.toContain('sk-vendor');
    }
    await leaky.end();
    vendor.close();
  });

  it('a key may only ask for what it was made for', async () => {
    const client = gateway.clientFor('narrow');
    expect((await client.images.generate({ model: 'painter', prompt: 'a' })).data).toHaveLength(1);
    const seen = await failureOf(client.moderations.create({ model: 'vendor:omni', input: 'a' }));
    expect(seen).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(await failureOf(gateway.clientFor('wrong').moderations.create({ input: 'a' }))).toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    expect(simulator.counts.requests).toBe(1);
  });
});

describe('budgets', () => {
  const money = (id: string, limit: string) =>
    gateway.setBudgets([{ id, scope: 'workspace', subject: 'w1', measure: 'money', window: 'total', limit }]);
  const used = async (id: string) => {
    await gateway.engine.limits?.flush();
    return (await gateway.engine.limits?.windows(id))?.[0]?.settled ?? 0;
  };

  it('let through what they can cover, are charged what it cost, and refuse the rest before anything is sent', async () => {
    await money('pictures', '0.50');
    await gateway.openai.images.generate({ model: 'vendor:dall-e-3', prompt: 'a ship', n: 2 });
    expect(await used('pictures')).toBe(80_000_000);
    const seen = await failureOf(
      gateway.openai.images.generate({ model: 'vendor:dall-e-3', prompt: 'a ship', n: 11 }),
    );
    expect(seen).toMatchObject({ status: 402, code: 'budget_exhausted' });
    expect(simulator.counts.requests).toBe(1);
    await gateway.setBudgets([]);
  });

  it('cover sound by the length of a WAV file, and refuse what has none', async () => {
    await money('sound', '0.01');
    await gateway.openai.audio.transcriptions.create({ model: 'ears', file: await toFile(wav(2), 'a.wav') });
    const long = { model: 'ears', file: await toFile(wav(55), 'a.wav') };
    expect((await gateway.openai.audio.transcriptions.create(long)).text).not.toBe('');
    const unknown = { model: 'ears', file: await toFile(Buffer.from('ID3 and so on'), 'a.mp3') };
    expect(await failureOf(gateway.openai.audio.transcriptions.create(unknown))).toMatchObject({
      status: 400,
      message: expect.stringContaining('how long the sound'),
    });
    await gateway.setBudgets([]);
  });

  it('take free calls and refuse models without a price', async () => {
    await money('free', '0.000001');
    await gateway.openai.moderations.create({ model: 'vendor:omni', input: 'a' });
    const seen = await failureOf(gateway.openai.images.generate({ model: 'vendor:unheard-of', prompt: 'a' }));
    expect(seen).toMatchObject({ code: 'unpriced_model' });
    await gateway.setBudgets([]);
  });
});

describe('Azure, with dated versions', () => {
  it('has the model in the path, but for files', async () => {
    const azure = await startPassing(simulator, { form: 'azure-openai-deployments' });
    await azure.openai.images.generate({ model: 'vendor:my-pictures', prompt: 'a' });
    const file = await azure.openai.files.create({
      file: await toFile(Buffer.from('x'), 'x'),
      purpose: 'batch',
    });
    expect(file.object).toBe('file');
    const paths = simulator.requests.map(({ path, query }) => `${path} ${query['api-version']}`);
    expect(paths).toEqual([
      '/openai/deployments/my-pictures/images/generations 2024-10-21',
      '/openai/files 2024-10-21',
    ]);
    const called = await fetch(`${azure.url}/openai/deployments/vendor:tts/audio/speech`, {
      method: 'POST',
      headers: { 'api-key': 'test' },
      body: JSON.stringify({ input: 'a ship', voice: 'alloy' }),
    });
    expect(called.status).toBe(200);
    await called.arrayBuffer();
    expect(simulator.requests.at(-1)).toMatchObject({
      model: 'tts',
      path: '/openai/deployments/tts/audio/speech',
    });
    await azure.end();
  });
});

describe('forms that are none', () => {
  const ask = (body: string | Uint8Array<ArrayBuffer>, type: string, path = '/v1/audio/transcriptions') =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'content-type': type },
      body,
    });
  const part = (name: string, value: string) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n';

  it.each([
    ['no boundary in the type', 'multipart/form-data', `${part('model', 'ears')}--b--`, 'boundary'],
    ['another boundary', 'multipart/form-data; boundary=c', `${part('model', 'ears')}--b--`, 'no boundary'],
    ['no end', 'multipart/form-data; boundary=b', part('model', 'ears'), 'ends within'],
    ['torn headers', 'multipart/form-data; boundary=b', '--b\r\ncontent-disp\r\n--b--', 'end of its headers'],
    [
      'no name',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-type: a/b\r\n\r\nx\r\n--b--',
      'without a name',
    ],
    ['no model', 'multipart/form-data; boundary=b', `${file}--b--`, 'no `model`'],
    [
      'two models',
      'multipart/form-data; boundary=b',
      `${part('model', 'ears')}${part('model', 'x')}--b--`,
      'several fields',
    ],
    ['empty', 'multipart/form-data; boundary=b', '', 'no boundary'],
    ['JSON instead', 'application/json', '{"model":"ears"}', 'must be `multipart/form-data`'],
  ])('%s', async (_, type, body, says) => {
    const reply = await ask(body, type);
    expect(reply.status).toBe(400);
    const { error } = (await reply.json()) as { error: { message: string } };
    expect(error.message).toContain(says);
    expect(await gateway.lastRecord()).toMatchObject({ outcome: 'refused', endpoint: 'transcriptions' });
    expect(simulator.counts.requests).toBe(0);
  });

  it('a form that is too long is told so', async () => {
    const reply = await ask(new Uint8Array(1_000_001), 'multipart/form-data; boundary=b');
    expect(reply.status).toBe(413);
  });
});
