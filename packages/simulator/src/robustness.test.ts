// What no client should send, and what the simulator must survive: random bytes, huge bodies, callers that leave.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { dialects } from '@keelson/core';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addressOf,
  ask,
  type DialectName,
  dialectNames,
  dialectOf,
  limitsOf,
  post,
  renderCall,
  userSays,
} from './__fixtures__/ask.ts';
import { createRoutes } from './routes.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const paths = createRoutes(1).map(({ path }) => path);
const controls = ['script', 'faults', 'reset', 'nothing'].map((name) => `/_simulator/${name}`);

async function send(path: string, body: Uint8Array | string): Promise<{ status: number; text: string }> {
  const reply = await fetch(`${simulator.url}${path}`, { method: 'POST', body: Buffer.from(body) });
  return { status: reply.status, text: await reply.text() };
}

test.each([...paths, ...controls])('random bytes to %s are refused in JSON', async (path) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const { status, text } = await send(path, bytes);
      if (status !== 200) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
      expect(typeof JSON.parse(text)).toBe('object');
    }),
    { numRuns: 20 },
  );
});

test.each([
  ...paths,
  ...controls,
])('any JSON to %s is answered or refused, never a fault of ours', async (path) => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const { status } = await send(path, JSON.stringify(value));
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 20 },
  );
});

test('requests that are nearly right are answered or refused, never a fault of ours', async () => {
  const content = fc.oneof(
    fc.string(),
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('[[tool: f]]', '[[json]]', '[[images]]', '[[echo]]'),
  );
  const message = fc.record(
    { role: fc.constantFrom('user', 'assistant', 'system', 'tool', 'x'), content },
    { requiredKeys: ['role'] },
  );
  const anything = fc.jsonValue({ maxDepth: 3 });
  const options = fc.record(
    {
      model: fc.string(),
      max_tokens: fc.oneof(fc.integer(), fc.constant(null)),
      stream: fc.oneof(fc.boolean(), fc.string()),
      tools: fc.array(anything, { maxLength: 2 }),
      tool_choice: anything,
      toolConfig: anything,
      stop: anything,
      n: fc.integer(),
      options: anything,
      generationConfig: anything,
      inferenceConfig: anything,
      response_format: anything,
    },
    { requiredKeys: ['model'] },
  );
  /** The same turns where each format has them, so that a request is nearly right in all of them. */
  const body = fc.tuple(options, fc.array(message, { maxLength: 4 })).map(([told, messages]) => ({
    ...told,
    messages,
    input: messages,
    message: messages[0]?.content,
    prompt: messages[0]?.content,
    contents: messages.map(({ role, content: text }) => ({ role, parts: [{ text }] })),
  }));
  const chatPaths = dialectNames.flatMap((name) => dialects[name].inbound.paths);
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(...chatPaths), async (value, path) => {
      const { status } = await send(path.replace('{model}', 'm'), JSON.stringify(value));
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
});

test('any text in a prompt is answered or refused', async () => {
  const piece = fc.constantFrom(
    '[[',
    ']]',
    'text',
    'tool',
    ':',
    ' ',
    '{',
    '}',
    '"',
    '\\',
    'f',
    'usage',
    'fault',
    'then',
    '=',
    '\u{1f600}',
    '\ud800',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const content = pieces.join('');
      const { status } = await send(
        '/v1/messages',
        JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] }),
      );
      expect([200, 400]).toContain(status);
    }),
    { numRuns: 200 },
  );
});

test('an unknown path is a 404 in JSON that names the known ones', async () => {
  const { status, text } = await send('/v1/nothing', '{}');
  expect(status).toBe(404);
  for (const path of paths) expect(text).toContain(path);
});

test('a wrong method is a 405 that names the right one', async () => {
  const reply = await fetch(`${simulator.url}/v1/chat/completions`);
  expect(reply.status).toBe(405);
  expect(await reply.text()).toContain('POST');
});

test.each(dialectNames)('a body that says it is over 32 MB is a 413 in the words of %s', async (dialect) => {
  const call = renderCall(dialect, userSays('Hello'));
  const asked = httpRequest(`${simulator.url}${addressOf(dialect, call)}`, {
    method: 'POST',
    headers: { 'content-length': String(33 * 1024 * 1024) },
  });
  asked.on('error', () => undefined);
  asked.flushHeaders();
  const [reply] = (await once(asked, 'response')) as [IncomingMessage];
  const body = (await reply.toArray()).join('');
  asked.destroy();
  expect(reply.statusCode).toBe(413);
  const headers = reply.headers as Record<string, string>;
  const { row, message } = dialectOf(dialect).outbound.parseError({ status: 413, headers, body });
  expect(row.retry).toBe('never');
  expect(message).toContain('larger than');
});

test('a body over 32 MB is read to its end, so that its sender reads the 413', async () => {
  const body = `{"model":"m","messages":[{"role":"user","content":"${'x'.repeat(33 * 1024 * 1024)}"}]}`;
  const { status, text } = await send('/v1/messages', body);
  expect(status).toBe(413);
  expect(JSON.parse(text)).toHaveProperty('error.message');
});

test('a body over 32 MB that does not say its length is a 413, too', async () => {
  const call = httpRequest(`${simulator.url}/v1/messages`, {
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked' },
  });
  const block = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = 0; sent < 34; sent++) call.write(block);
  call.end();
  const [reply] = (await once(call, 'response')) as [{ statusCode: number; resume(): void }];
  expect(reply.statusCode).toBe(413);
  reply.resume();
});

test('a body of 10 MB is echoed whole', async () => {
  const text = 'x'.repeat(10 * 1024 * 1024);
  const told = await ask(simulator, 'openai-chat', userSays(`[[echo]]${text}`));
  expect(told.text.length).toBe(text.length);
});

test('what is no HTTP at all is refused, and the next caller is served', async () => {
  const socket = connect(simulator.port, '127.0.0.1');
  socket.write('NONSENSE\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain('400 Bad Request');
  socket.destroy();
  expect((await ask(simulator, 'openai-chat', userSays('Hello'))).status).toBe(200);
});

/** Leaves as soon as the first bytes of the answer are there, or after a while. */
async function leaveEarly(content: string, afterMs?: number): Promise<void> {
  const leaving = new AbortController();
  const body = { model: 'm', max_tokens: 100_000, stream: true, messages: [{ role: 'user', content }] };
  const asked = fetch(`${simulator.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  if (afterMs === undefined) await (await asked).body?.getReader().read();
  else await new Promise((resolve) => setTimeout(resolve, afterMs));
  leaving.abort();
  await asked.catch(() => undefined);
}

test.each([
  ['in a long stream', '[[long: 20000]] [[chunks: 5ms]]', undefined],
  ['in a stall', '[[text: a b c]] [[fault: stall-between-chunks]]', undefined],
  ['before the first byte', '[[fault: stall-before-first-byte]]', 50],
  ['in a delay', '[[delay: 60s]]', 50],
])('a caller that leaves %s stops the work', async (_when, content, afterMs) => {
  await leaveEarly(content, afterMs);
  await expect.poll(() => simulator.counts.hangUps, { timeout: 3000 }).toBe(1);
  const answered = simulator.requests[0]?.answered;
  expect(answered?.isHangUp).toBe(true);
  expect(answered?.bytes).toBeLessThan(1_000_000);
});

test('a caller that leaves in the middle of its own body is a hang-up as well', async () => {
  const socket = connect(simulator.port, '127.0.0.1');
  socket.write('POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"model":');
  await expect.poll(() => simulator.counts.requests).toBe(1);
  socket.destroy();
  await expect.poll(() => simulator.counts.hangUps, { timeout: 3000 }).toBe(1);
  expect(simulator.requests[0]?.answered?.status).toBeUndefined();
});

test('closing ends answers that are under way', async () => {
  const other = await startSimulator();
  const asked = ask(other, 'openai-chat', userSays('[[delay: 60s]]'));
  asked.catch(() => undefined);
  await expect.poll(() => other.counts.requests).toBe(1);
  await other.close();
  await expect(asked).rejects.toThrow();
  await other.close();
});

test('a port that is taken is said, with what to do', async () => {
  await expect(startSimulator({ port: simulator.port })).rejects.toThrow(
    `Port ${simulator.port} on \`127.0.0.1\` is already in use`,
  );
});

const fixedClock = () => 1_750_000_000_000;

async function answersWith(seed: number, dialect: DialectName): Promise<string[]> {
  const other = await startSimulator({ seed, clock: fixedClock });
  const bodies: string[] = [];
  for (const stream of [false, true]) {
    for (const prompt of ['Hello', '[[long: 50]]', '[[tool: f]] [[reason: x]]'])
      bodies.push((await ask(other, dialect, userSays(prompt, { stream }))).body);
  }
  await other.close();
  return bodies;
}

test.each(
  dialectNames,
)('%s: with the same seed and clock two simulators answer alike, byte for byte', async (dialect) => {
  const first = await answersWith(5, dialect);
  expect(await answersWith(5, dialect)).toEqual(first);
  const other = await answersWith(6, dialect);
  const differs = other.map((body, index) => body !== first[index]);
  // An answer without an id or a made-up word has nothing that a seed could change.
  const { hasId, hasCallId } = {
    hasId: !limitsOf(dialect).has('id'),
    hasCallId: !limitsOf(dialect).has('tools'),
  };
  const expected = [hasId, true, hasId || hasCallId];
  expect(differs).toEqual([...expected, ...expected]);
});

test('a thousand requests are remembered, all are counted', async () => {
  for (let round = 0; round < 42; round++) {
    await Promise.all(
      Array.from({ length: 25 }, () =>
        post(`${simulator.url}/v1/embeddings`, { model: 'e', input: 'x', dimensions: 1 }),
      ),
    );
  }
  expect(simulator.counts.requests).toBe(1050);
  expect(simulator.requests).toHaveLength(1000);
  expect(simulator.requests[0]?.number).toBe(51);
});
