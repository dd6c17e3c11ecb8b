// Every fault as a client sees it over a real socket, in every dialect where it makes a difference.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { createFrameReader, createFrameWriter, type FramingName, KeelsonError } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addressOf,
  ask,
  codeThrownBy,
  type DialectName,
  dialectNames,
  dialectOf,
  post,
  readFrames,
  renderCall,
  userSays,
} from './__fixtures__/ask.ts';
import { planDelivery } from './delivery/index.ts';
import { type FaultName, faultNames, faultRow, parseFault } from './faults/index.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

interface Raw {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly chunks: readonly { readonly text: string; readonly atMs: number }[];
  readonly text: string;
  /** When the headers came. */
  readonly headersMs: number;
  readonly errorCode: string | undefined;
}

/** Sends a request and notes every chunk, its time, and how the connection ended. */
function askRaw(body: unknown, path = '/v1/chat/completions'): Promise<Raw> {
  const started = performance.now();
  const chunks: { text: string; atMs: number }[] = [];
  const sinceStart = () => performance.now() - started;
  return new Promise((resolve) => {
    const call = httpRequest(`${simulator.url}${path}`, { method: 'POST', agent: false });
    let head: Pick<Raw, 'status' | 'headers' | 'headersMs'> = {
      status: undefined,
      headers: {},
      headersMs: 0,
    };
    const end = (errorCode?: string) =>
      resolve({ ...head, chunks, text: chunks.map(({ text }) => text).join(''), errorCode });
    call.on('error', (error: NodeJS.ErrnoException) => end(error.code));
    call.on('response', (reply) => {
      head = { status: reply.statusCode, headers: reply.headers, headersMs: sinceStart() };
      reply.setEncoding('latin1');
      reply.on('data', (text: string) => chunks.push({ text, atMs: sinceStart() }));
      reply.on('error', (error: NodeJS.ErrnoException) => end(error.code));
      reply.on('end', () => end());
    });
    call.end(JSON.stringify(body));
  });
}

const says = (content: string, more: object = {}) => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...more,
});
const streamed = (content: string) =>
  says(content, { stream: true, stream_options: { include_usage: true } });
const script = '[[text: one two three four five]]';
const eventsOf = (text: string) => createFrameReader('sse').push(Buffer.from(text));

/** Statuses that a vendor sends for a fault where others send the one of the fault table. */
const ownStatuses: Readonly<Partial<Record<DialectName, Readonly<Partial<Record<FaultName, number>>>>>> = {
  'bedrock-converse': {
    ...{ unauthorized: 403, quota: 400, 'not-found': 400, unprocessable: 400, overloaded: 503 },
  },
  'cohere-chat': { overloaded: 503 },
  'gemini-generate': {
    ...{ unauthorized: 400, quota: 429, timeout: 504, 'too-large': 400, unprocessable: 400, overloaded: 503 },
  },
  'mistral-chat': { 'not-found': 400, overloaded: 429 },
  'ollama-chat': { overloaded: 503 },
  'ollama-generate': { overloaded: 503 },
  'openai-chat': { quota: 429, overloaded: 503 },
  'openai-completions': { quota: 429, overloaded: 503 },
  'openai-responses': { quota: 429, overloaded: 503, 'not-found': 400 },
};
const statusOf = (dialect: DialectName, fault: FaultName) =>
  ownStatuses[dialect]?.[fault] ?? faultRow(fault).error?.status;

describe.each(dialectNames)('%s', (dialect) => {
  const tell = (text: string, stream = false) =>
    ask(simulator, dialect, userSays(text, { stream, streamOptions: { usage: true } }));
  const { framing } = dialectOf(dialect);
  /** How many frames come before the second word of the script, so that a fault can strike in its middle. */
  const beforeSecondWord = async () => {
    const { frames } = await tell(script, true);
    return frames.findIndex(({ data }) => data.includes(' two'));
  };

  test.each([
    ['bad-request', 400, 'invalid_request'],
    ['unauthorized', 401, 'provider_authentication_failed'],
    ['quota', 402, 'quota_exhausted'],
    ['forbidden', 403, 'provider_permission_denied'],
    ['not-found', 404, 'model_not_found'],
    ['rate-limit', 429, 'rate_limited'],
    ['server-error', 500, 'provider_error'],
  ] as const)('%s is told as the vendor tells it, %i is this status; both mean %s', async (fault, status, code) => {
    const named = await tell(`[[fault: ${fault}]]`, true);
    expect(named.status).toBe(statusOf(dialect, fault));
    const numbered = await tell(`[[fault: ${status}]]`, true);
    expect(numbered.status).toBe(status);
    for (const { error } of [named, numbered]) {
      expect(error?.code).toBe(code);
      expect(error?.message).toContain('(simulated)');
    }
  });

  test.each([
    ['timeout', 'next-target'],
    ['conflict', 'never'],
    ['too-large', 'never'],
    ['unprocessable', 'never'],
    ['bad-gateway', 'next-target'],
    ['unavailable', 'next-target'],
    ['gateway-timeout', 'next-target'],
    ['overloaded', 'next-target'],
    ['content-blocked', 'never'],
    ['context-too-long', 'next-target'],
  ] as const)('%s is an error that a router takes as it should: %s', async (fault, retry) => {
    const told = await tell(`[[fault: ${fault}]]`);
    expect(told.status).toBe(statusOf(dialect, fault));
    expect(told.error?.message).toContain('(simulated)');
    expect(told.error?.row.retry).toBe(retry);
  });

  test('429 says when to come back', async () => {
    const told = await tell('[[fault: rate-limit retry-after=1500ms]]');
    expect(told.headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1500' });
    expect(told.error?.details.retryAfterMs).toBe(1500);
    const plain = await tell('[[fault: rate-limit]]');
    expect(plain.headers).not.toHaveProperty('retry-after');
  });

  test('error-mid-stream: some text, then the error event of the vendor, then nothing', async () => {
    const after = (await beforeSecondWord()) + 1;
    const told = await tell(`${script} [[fault: error-mid-stream after=${after}]]`, true);
    expect(told.status).toBe(200);
    expect(told.text).toBe('one two');
    expect(told.message.error?.message).toContain('(simulated)');
    expect(told.message.error?.row.retry).toBe('next-target');
    expect(told.events.at(-1)?.type).toBe('error');
  });

  test('missing-end: all of the text and no end', async () => {
    const told = await tell(`${script} [[fault: missing-end]]`, true);
    expect(told.text).toBe('one two three four five');
    const { frames } = await tell(script, true);
    expect(told.frames.length).toBeLessThan(frames.length);
    expect(told.events.some(({ type }) => type === 'message-end')).toBe(false);
  });

  test('missing-usage: no counts of what was written', async () => {
    for (const stream of [false, true]) {
      const told = await tell(`${script} [[fault: missing-usage]]`, stream);
      expect(told.text).toBe('one two three four five');
      expect(told.message.usage?.output.total ?? 0).toBe(0);
    }
  });

  test('duplicate-events: every event comes twice, or only one', async () => {
    const twice = (await tell('[[text: one]] [[fault: duplicate-events]]', true)).frames;
    const first = twice.filter((_frame, index) => index % 2 === 0);
    expect(twice.filter((_frame, index) => index % 2 === 1)).toEqual(first);
    const whole = await tell('[[text: one]]', true);
    expect(first).toHaveLength(whole.frames.length);
    const once = await tell('[[text: one]] [[fault: duplicate-events after=1]]', true);
    expect(once.frames).toHaveLength(whole.frames.length + 1);
  });

  test('malformed-json: a body, or one event, that is no JSON', async () => {
    const sent = async (stream: boolean) => {
      const call = renderCall(dialect, userSays(`${script} [[fault: malformed-json after=2]]`, { stream }));
      const body = JSON.stringify(call.body);
      const reply = await fetch(`${simulator.url}${addressOf(dialect, call)}`, { method: 'POST', body });
      expect(reply.status).toBe(200);
      return new Uint8Array(await reply.arrayBuffer());
    };
    const whole = new TextDecoder().decode(await sent(false));
    expect(() => JSON.parse(whole) as unknown).toThrow();
    const isJson = readFrames(dialectOf(dialect), await sent(true)).map(
      ({ data }) => data === '[DONE]' || codeThrownBy(() => JSON.parse(data)) === undefined,
    );
    expect(isJson.indexOf(false)).toBe(2);
    expect(isJson.filter((is) => !is)).toHaveLength(1);
  });

  test('faults of streams do not apply to whole answers, and say so', async () => {
    for (const name of faultNames.filter((fault) => faultRow(fault).streamOnly)) {
      const told = await tell(`[[fault: ${name}]]`);
      expect(told.status).toBe(400);
      expect(told.error?.message).toContain(`\`${name}\` does not apply`);
    }
  });

  test('truncated-frame: the stream ends properly, but inside an event', async () => {
    const cut = await bytesOf(dialect, `${script} [[fault: truncated-frame after=3]]`);
    const reader = createFrameReader(framing);
    expect(reader.push(cut)).toHaveLength(3);
    const rest = codeThrownBy(() => reader.end().map(({ data }) => JSON.parse(data) as unknown));
    expect(rest).toMatch(framing === 'eventstream' ? /^stream_interrupted$/ : /^SyntaxError/);
  });
});

async function bytesOf(dialect: DialectName, text: string): Promise<Uint8Array> {
  const call = renderCall(dialect, userSays(text, { stream: true }));
  const body = JSON.stringify(call.body);
  const reply = await fetch(`${simulator.url}${addressOf(dialect, call)}`, { method: 'POST', body });
  return new Uint8Array(await reply.arrayBuffer());
}

const framed = (framing: FramingName) => dialectNames.filter((name) => dialectOf(name).framing === framing);

test.each(
  dialectNames.filter((name) => !framed('eventstream').includes(name)),
)('%s: wrong-crc does not apply in its framing, and says so', async (dialect) => {
  const told = await ask(simulator, dialect, userSays('[[fault: wrong-crc]]', { stream: true }));
  expect(told.status).toBe(400);
  expect(told.error?.message).toContain(
    '`wrong-crc` does not apply: it exists in the framing `eventstream` only',
  );
});

test.each(framed('eventstream'))('%s: wrong-crc is found by whoever checks', async (dialect) => {
  const asked = ask(simulator, dialect, userSays(`${script} [[fault: wrong-crc]]`, { stream: true }));
  await expect(asked).rejects.toThrow('checksum');
});

test('reset-before-headers', async () => {
  const { status, errorCode } = await askRaw(says('[[fault: reset-before-headers]]'));
  expect([status, errorCode]).toEqual([undefined, 'ECONNRESET']);
});

test('reset-mid-stream: so many events, then the connection breaks', async () => {
  const { status, text, errorCode } = await askRaw(streamed(`${script} [[fault: reset-mid-stream after=4]]`));
  expect(status).toBe(200);
  expect(eventsOf(text)).toHaveLength(4);
  expect(errorCode).toBe('ECONNRESET');
});

test('reset-mid-stream of a whole answer: half of it', async () => {
  const { status, text, headers, errorCode } = await askRaw(says(`${script} [[fault: reset-mid-stream]]`));
  expect(status).toBe(200);
  expect(text.length).toBe(Math.ceil(Number(headers['content-length']) / 2));
  expect(errorCode).toBe('ECONNRESET');
});

test('a fault that comes after more events than there are strikes before the end all the same', async () => {
  const { text, errorCode } = await askRaw(streamed('[[text: one]] [[fault: reset-mid-stream after=100]]'));
  expect(text).toContain('one');
  expect(text).not.toContain('[DONE]');
  expect(errorCode).toBe('ECONNRESET');
});

test('truncated-frame: the stream ends properly in the middle of an event', async () => {
  const { text, errorCode } = await askRaw(streamed(`${script} [[fault: truncated-frame after=3]]`));
  expect(errorCode).toBeUndefined();
  expect(eventsOf(text)).toHaveLength(3);
  expect(text.endsWith('\n\n')).toBe(false);
});

test('stall-before-first-byte: not even headers for a while', async () => {
  const { status, headersMs } = await askRaw(says(`${script} [[fault: stall-before-first-byte for=300ms]]`));
  expect(status).toBe(200);
  expect(headersMs).toBeGreaterThan(280);
});

test('stall-between-chunks: some events, silence, the rest', async () => {
  const { chunks, text } = await askRaw(
    streamed(`${script} [[fault: stall-between-chunks after=2 for=300ms]]`),
  );
  const gaps = chunks.slice(1).map(({ atMs }, index) => atMs - (chunks[index]?.atMs ?? 0));
  expect(Math.max(...gaps)).toBeGreaterThan(280);
  const silence = gaps.indexOf(Math.max(...gaps));
  expect(
    eventsOf(
      chunks
        .slice(0, silence + 1)
        .map(({ text }) => text)
        .join(''),
    ),
  ).toHaveLength(2);
  expect(text).toContain('[DONE]');
});

test('stall-between-chunks of a whole answer: the first half, silence, the rest', async () => {
  const { chunks, text } = await askRaw(says(`${script} [[fault: stall-between-chunks for=200ms]]`));
  expect((chunks.at(-1)?.atMs ?? 0) - (chunks[0]?.atMs ?? 0)).toBeGreaterThan(180);
  expect(JSON.parse(text)).toHaveProperty('choices');
});

test('slow-drip: so many bytes at a time', async () => {
  const { chunks, text } = await askRaw(says(`${script} [[fault: slow-drip bytes=50 every=5ms]]`));
  expect(JSON.parse(text)).toHaveProperty('choices');
  expect(chunks.length).toBe(Math.ceil(text.length / 50));
  expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBe(50);
  expect(chunks.at(-1)?.atMs).toBeGreaterThan((chunks.length - 1) * 4);
});

test('one-byte-per-packet: the same stream, one byte per write', async () => {
  const { chunks, text } = await askRaw(streamed(`[[text: Ahoy]] [[fault: one-byte-per-packet]]`));
  expect(eventsOf(text).at(-1)).toEqual({ data: '[DONE]' });
  // The system may join a few packets on their way; the point is that no event comes whole.
  expect(chunks.length).toBeGreaterThan(text.length / 3);
  const told = await ask(
    simulator,
    'openai-chat',
    userSays('[[text: Ahoy]] [[fault: one-byte-per-packet]]', { stream: true }),
  );
  expect(told.text).toBe('Ahoy');
});

test('wrong-content-type: the answer calls itself a page', async () => {
  for (const body of [
    says(`${script} [[fault: wrong-content-type]]`),
    streamed(`${script} [[fault: wrong-content-type]]`),
  ]) {
    const { headers, text } = await askRaw(body);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('five');
  }
});

test('empty-body: 200 and nothing', async () => {
  for (const body of [says('[[fault: empty-body]]'), streamed('[[fault: empty-body]]')]) {
    const { status, text, errorCode } = await askRaw(body);
    expect([status, text, errorCode]).toEqual([200, '', undefined]);
  }
});

const contentType = 'application/vnd.amazon.eventstream';

test('wrong-crc: one message of an event stream fails its checksum, the others are sound', () => {
  const frames = ['{"a":1}', '{"b":2}', '{"c":3}'].map((data) => ({ event: 'delta', data }));
  const { steps, headers } = planDelivery(
    { type: 'stream', framing: 'eventstream', contentType, frames },
    { fault: parseFault('wrong-crc after=1') },
  );
  expect(headers['content-type']).toBe(contentType);
  const written = [...steps].map((step) => (step.type === 'write' ? step.bytes : new Uint8Array(0)));
  const read = (bytes: Uint8Array | undefined) =>
    createFrameReader('eventstream').push(bytes ?? new Uint8Array(0));
  expect(read(written[0])).toEqual([frames[0]]);
  expect(() => read(written[1])).toThrow('checksum');
  expect(read(written[2])).toEqual([frames[2]]);
});

test('truncated-frame cuts an event stream inside a message', () => {
  const frames = ['{"a":1}', '{"b":2}'].map((data) => ({ event: 'delta', data }));
  const { steps } = planDelivery(
    { type: 'stream', framing: 'eventstream', contentType, frames },
    { fault: parseFault('truncated-frame after=1') },
  );
  const bytes = Buffer.concat(
    [...steps].map((step) => (step.type === 'write' ? step.bytes : new Uint8Array(0))),
  );
  expect(bytes.length).toBeLessThan(createFrameWriter('eventstream').push(frames).length);
  const reader = createFrameReader('eventstream');
  expect(reader.push(bytes)).toEqual([frames[0]]);
  expect(() => reader.end()).toThrow(KeelsonError);
});

function connectOnce(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve('open');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
  });
}

describe('connection-refused', () => {
  const comesBack = () =>
    expect.poll(() => connectOnce(simulator.port), { timeout: 5000, interval: 20 }).toBe('open');

  test('by the prompt: this call is reset, further ones are refused, then the port is back', async () => {
    const { errorCode } = await askRaw(says('[[fault: connection-refused for=300ms]]'));
    expect(errorCode).toBe('ECONNRESET');
    expect(await connectOnce(simulator.port)).toBe('ECONNREFUSED');
    await comesBack();
    expect((await askRaw(says('Hello'))).status).toBe(200);
  });

  test('by the control endpoint: at once, kept connections included', async () => {
    await ask(simulator, 'openai-chat', userSays('Keep this connection'));
    const { status } = await post(`${simulator.url}/_simulator/faults`, {
      fault: 'connection-refused for=300ms',
    });
    expect(status).toBe(200);
    await expect(ask(simulator, 'openai-chat', userSays('Hello'))).rejects.toThrow();
    expect(await connectOnce(simulator.port)).toBe('ECONNREFUSED');
    await comesBack();
  });

  test('by a call of `refuse`, twice: the later one counts', async () => {
    simulator.refuse('50ms');
    simulator.refuse('300ms');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await connectOnce(simulator.port)).toBe('ECONNREFUSED');
    await comesBack();
  });

  test('closing while it refuses is a proper end', async () => {
    const other = await startSimulator();
    other.refuse('100ms');
    await other.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await connectOnce(other.port)).toBe('ECONNREFUSED');
  });
});

describe('at a rate', () => {
  async function statuses(count: number): Promise<number[]> {
    const seen: number[] = [];
    for (let index = 0; index < count; index++)
      seen.push((await post(`${simulator.url}/v1/chat/completions`, says('Hello'))).status);
    return seen;
  }

  test('a fault strikes about so often, and the same requests with the same seed', async () => {
    simulator.fault('rate-limit', { rate: 0.3, seed: 7 });
    const first = await statuses(60);
    expect(first.filter((status) => status === 429).length).toBeGreaterThan(8);
    expect(first.filter((status) => status === 429).length).toBeLessThan(30);
    simulator.reset();
    simulator.fault('rate-limit', { rate: 0.3, seed: 7 });
    expect(await statuses(60)).toEqual(first);
    simulator.reset();
    simulator.fault('rate-limit', { rate: 0.3, seed: 8 });
    expect(await statuses(60)).not.toEqual(first);
  });

  test('a fault strikes only what it matches and can strike', async () => {
    simulator.fault('server-error', { match: { model: 'other' } });
    simulator.fault('truncated-frame');
    expect(await statuses(2)).toEqual([200, 200]);
    expect(
      (await post(`${simulator.url}/v1/chat/completions`, { ...says('Hello'), model: 'other' })).status,
    ).toBe(500);
    expect((await askRaw(streamed('Hello'))).text).not.toContain('[DONE]');
  });

  test('rate 0 never strikes, and a fault of the prompt comes first', async () => {
    simulator.fault('server-error', { rate: 0 });
    expect(await statuses(3)).toEqual([200, 200, 200]);
    simulator.fault('server-error');
    expect((await post(`${simulator.url}/v1/chat/completions`, says('[[fault: 403]]'))).status).toBe(403);
  });

  test('faults strike embeddings as well', async () => {
    simulator.fault('rate-limit retry-after=3', { match: { dialect: 'openai-embeddings' } });
    const { status, headers, text } = await post(`${simulator.url}/v1/embeddings`, {
      model: 'e',
      input: 'x',
    });
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect(await statuses(1)).toEqual([200]);
  });
});

test('every fault is tried above', async () => {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(new URL(import.meta.url), 'utf8');
  expect(faultNames.filter((name) => !source.includes(name))).toEqual([]);
});
