// What is read beside a call that passes: lengths of sound, tokens in many makers' words, messages of a socket, lines of a batch.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnyTokens, readOpenAiTokens } from './answer-usage.ts';
import { measureBatch } from './batch-input.ts';
import { farewell, SocketFrames } from './socket-frames.ts';
import { readOutputLine } from './stored-endpoints.ts';
import { secondsOfWav } from './wav-length.ts';

function wav(bytes: number, { format = 1, rate = 8000, bits = 16, channels = 1 } = {}): Buffer {
  const head = Buffer.alloc(44 + bytes);
  head.write('RIFF', 0);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt16LE(bits, 34);
  return head;
}

describe('the length of sound', () => {
  test.each([
    [wav(160_000), 11],
    [wav(160_000, { channels: 2 }), 6],
    [wav(160_000, { format: 0x11, bits: 4 }), Number.POSITIVE_INFINITY],
    [wav(160_000, { rate: 0 }), Number.POSITIVE_INFINITY],
    [Buffer.from('ID3'), Number.POSITIVE_INFINITY],
    [Buffer.alloc(0), Number.POSITIVE_INFINITY],
  ])('%#', (bytes, seconds) => expect(secondsOfWav(bytes)).toBe(seconds));

  test('whatever the bytes, it is some length and never none', () => {
    const body = fc.uint8Array({ minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(body, (bytes) => {
        const file = Buffer.concat([Buffer.from('RIFF0000WAVE'), bytes]);
        expect(secondsOfWav(file)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('tokens', () => {
  test.each([
    [{ usage: { prompt_tokens: 3, completion_tokens: 4 } }, 3, 4],
    [{ usage: { inputTokens: 3, outputTokens: 4 } }, 3, 4],
    [{ usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, thoughtsTokenCount: 3 } }, 3, 4],
    [{ inputTextTokenCount: 3, results: [{ tokenCount: 1 }, { tokenCount: 3 }] }, 3, 4],
    [{ prompt_token_count: 3, generation_token_count: 4 }, 3, 4],
    [{ 'amazon-bedrock-invocationMetrics': { inputTokenCount: 3, outputTokenCount: 4 } }, 3, 4],
    [{ generation: 'text' }, undefined, undefined],
    ['text', undefined, undefined],
    [{ usage: { prompt_tokens: -1, completion_tokens: 'many' } }, undefined, undefined],
  ])('%j', (value, input, output) => {
    const usage = readAnyTokens(value);
    expect([usage?.input.total, usage?.output.total]).toEqual([input, output]);
  });

  test('of pictures are split where the vendor splits them, and pictures otherwise', () => {
    const usage = {
      input_tokens: 5,
      output_tokens: 9,
      input_tokens_details: { text_tokens: 1, image_tokens: 4 },
    };
    expect(readOpenAiTokens({ usage }, 'image')).toEqual({
      input: { total: 5, text: 1, image: 4 },
      output: { total: 9, image: 9 },
    });
    const split = { ...usage, output_tokens_details: { text_tokens: 2, image_tokens: 7 } };
    expect(readOpenAiTokens({ usage: split }, 'image')?.output).toEqual({ total: 9, text: 2, image: 7 });
  });
});

describe('messages of a socket', () => {
  const message = (text: string, isLast = true, opcode = 1): Buffer => {
    const payload = Buffer.from(text);
    const size =
      payload.length < 126
        ? Buffer.from([payload.length])
        : Buffer.from([126, payload.length >> 8, payload.length & 0xff]);
    return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode]), size, payload]);
  };

  test('are the same however they are cut', () => {
    const texts = fc.array(fc.string({ maxLength: 300 }), { maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 6 }), (given, cuts) => {
        const bytes = Buffer.concat(given.map((text) => message(text)));
        const places = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const frames = new SocketFrames();
        const read = places.slice(1).flatMap((end, at) => frames.push(bytes.subarray(places[at], end)));
        expect(read).toEqual(given);
      }),
    );
  });

  test('in pieces are put together; sound, pings and what is too long are passed over', () => {
    const frames = new SocketFrames();
    const ping = message('ping', true, 9);
    expect(frames.push(Buffer.concat([message('one ', false), ping, message('two', true, 0)]))).toEqual([
      'one two',
    ]);
    expect(frames.push(message('bytes', true, 2))).toEqual([]);
    const head = Buffer.alloc(10);
    head.writeUInt16BE(0x81_7f, 0);
    head.writeBigUInt64BE(5_000_000n, 2);
    expect(frames.push(head)).toEqual([]);
    for (let sent = 0; sent < 5; sent++) expect(frames.push(Buffer.alloc(1_000_000, 0x81))).toEqual([]);
    expect(frames.push(message('after'))).toEqual(['after']);
  });

  test('a farewell is an event and a close', () => {
    const bytes = farewell({ type: 'error', message: 'x'.repeat(200) }, 'why');
    expect(new SocketFrames().push(bytes)).toEqual([
      JSON.stringify({ type: 'error', message: 'x'.repeat(200) }),
    ]);
    expect(bytes.subarray(-5)).toEqual(Buffer.from([0x03, 0xf0, 0x77, 0x68, 0x79]));
  });
});

describe('lines of a batch', () => {
  const line = (body: object, url = '/v1/chat/completions') =>
    JSON.stringify({ custom_id: 'a', method: 'POST', url, body });
  const measure = (text: string) =>
    measureBatch(
      Buffer.from(text),
      ({ isOdd }) => isOdd === undefined,
      async () => {},
    );

  test('are counted by model', async () => {
    const plain = line({ model: 'a', max_tokens: 10, n: 2 });
    const text = [
      plain,
      line({ model: 'a' }),
      line({ model: 'b', isOdd: 1, max_completion_tokens: 5 }),
      '',
      line({ model: 'e', input: 'x' }, '/v1/embeddings'),
    ];
    const shares = await measure(text.join('\r\n'));
    expect(shares).toEqual([
      {
        model: 'a',
        requests: 2,
        textBytes: plain.length + line({ model: 'a' }).length,
        boundless: 0,
        maxOutput: 20,
        endless: 1,
      },
      { model: 'b', requests: 1, textBytes: 0, boundless: 1, maxOutput: 5, endless: 0 },
      {
        model: 'e',
        requests: 1,
        textBytes: line({ model: 'e', input: 'x' }, '/v1/embeddings').length,
        boundless: 0,
        maxOutput: 0,
        endless: 0,
      },
    ]);
  });

  test.each([
    '',
    'no JSON',
    '[]',
    '{"url":"/v1/chat/completions"}',
    line({}),
    `${line({ model: 'a' })}\nnull`,
  ])('are not guessed at: %s', async (text) => expect(await measure(text)).toBeUndefined());

  test.each([
    ['', undefined],
    ['{"response":null,"error":{"code":"x"}}', undefined],
    [JSON.stringify({ response: { status_code: 400, body: { error: { message: 'no' } } } }), undefined],
    [
      JSON.stringify({
        response: {
          status_code: 200,
          body: { model: 'm', usage: { prompt_tokens: 1, completion_tokens: 2 } },
        },
      }),
      1,
    ],
  ])('of its output tell what was used: %s', (text, input) => {
    expect(readOutputLine(text, '/v1/chat/completions')?.usage.input.total).toBe(input);
  });
});
