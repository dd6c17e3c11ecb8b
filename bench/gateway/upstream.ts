/**
 * A vendor that costs next to nothing, as a process of its own: canned answers in the formats of OpenAI and Anthropic, whole
 * or as a stream of so many chunks, with a pause between two of them.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What `model` may ask for: `chunks-100-5` is a hundred chunks, one every five milliseconds. */
function planOf(body: string): { chunks: number; pauseMs: number } {
  const [, chunks = '100', pauseMs = '0'] = /chunks-(\d+)-(\d+)/.exec(body) ?? [];
  return { chunks: Number(chunks), pauseMs: Number(pauseMs) };
}

const words = 'The keel is laid before the ribs, and the ribs before the planks. '.repeat(12);
const usage = { prompt_tokens: 900, completion_tokens: 200, total_tokens: 1100 };

const openAiAnswer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-bench',
  choices: [
    { index: 0, message: { role: 'assistant', content: words, refusal: null }, finish_reason: 'stop' },
  ],
  usage,
});

const anthropicAnswer = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-bench',
  content: [{ type: 'text', text: words }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 900, output_tokens: 200 },
});

function openAiChunks(count: number): string[] {
  const chunk = (delta: object, rest: object = { finish_reason: null }) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'gpt-bench', choices: [{ index: 0, delta, ...rest }] })}\n\n`;
  const deltas = Array.from({ length: count }, (_, at) => chunk({ content: ` word${at} and` }));
  const tail = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'gpt-bench', choices: [], usage })}\n\ndata: [DONE]\n\n`;
  return [chunk({ role: 'assistant', content: '' }), ...deltas, chunk({}, { finish_reason: 'stop' }) + tail];
}

function anthropicChunks(count: number): string[] {
  const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const message = { ...(JSON.parse(anthropicAnswer) as object), content: [], stop_reason: null };
  const start = event({ type: 'message_start', message } as never);
  const open = event({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'text', text: '' },
  } as never);
  const deltas = Array.from({ length: count }, (_, at) =>
    event({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: ` word${at} and` },
    } as never),
  );
  const close = event({ type: 'content_block_stop', index: 0 } as never);
  const end = event({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: 200 },
  } as never);
  return [start + open, ...deltas, close + end + event({ type: 'message_stop' })];
}

const kept = new Map<string, Buffer[]>();

function chunksOf(kind: string, count: number): Buffer[] {
  const key = `${kind}${count}`;
  const made =
    kept.get(key) ??
    (kind === 'openai' ? openAiChunks(count) : anthropicChunks(count)).map((text) => Buffer.from(text));
  kept.set(key, made);
  return made;
}

function stream(response: ServerResponse, chunks: readonly Buffer[], pauseMs: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let at = 0;
  const next = (): void => {
    if (response.destroyed) return;
    response.write(chunks[at]);
    at += 1;
    if (at === chunks.length) response.end();
    else if (pauseMs === 0) setImmediate(next);
    else setTimeout(next, pauseMs);
  };
  next();
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    const kind = request.url?.includes('/messages') ? 'anthropic' : 'openai';
    if (/"stream":\s?true/.test(body)) {
      const { chunks, pauseMs } = planOf(body);
      stream(response, chunksOf(kind, chunks), pauseMs);
      return;
    }
    const answer = kind === 'anthropic' ? anthropicAnswer : openAiAnswer;
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      .end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit());
