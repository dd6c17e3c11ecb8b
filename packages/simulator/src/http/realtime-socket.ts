/**
 * OpenAI's realtime socket as far as a gateway has to know it: a session opens, each `response.create` is answered with two
 * deltas and `response.done`, whose usage counts words. What else is sent is an error event, as the vendor tells it.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function isRealtime({ url = '' }: IncomingMessage): boolean {
  return /\/v1\/realtime(?:\?|$)/.test(url);
}

export function serveRealtime(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const {
    'sec-websocket-key': key,
    'sec-websocket-protocol': protocols,
    authorization = '',
  } = request.headers;
  socket.on('error', () => socket.destroy());
  if (key === undefined || authorization.includes('invalid')) {
    const body =
      '{"error":{"message":"Incorrect API key provided. (simulated)","type":"invalid_request_error","code":"invalid_api_key"}}';
    socket.end(
      `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    return;
  }
  const accept = createHash('sha1')
    .update(key + magic)
    .digest('base64');
  const [protocol] = protocols?.split(',') ?? [];
  const chosen = protocol === undefined ? '' : `sec-websocket-protocol: ${protocol.trim()}\r\n`;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n${chosen}\r\n`,
  );
  const model = new URL(request.url ?? '/', 'http://a').searchParams.get('model');
  const send = (event: object): void => void socket.write(frame(1, Buffer.from(JSON.stringify(event))));
  send({
    type: 'session.created',
    event_id: 'event_1',
    session: { type: 'realtime', model, id: 'sess_simulated' },
  });
  let pending = head;
  const read = (bytes: Buffer): void => {
    pending = Buffer.concat([pending, bytes]);
    for (let message = takeFrame(pending); message !== undefined; message = takeFrame(pending)) {
      pending = pending.subarray(message.end);
      if (message.opcode === 8) socket.end(frame(8, message.payload));
      else if (message.opcode === 9) socket.write(frame(10, message.payload));
      else if (message.opcode === 1) answer(message.payload.toString('utf8'), send, socket);
    }
  };
  socket.on('data', read);
  read(Buffer.alloc(0));
}

const words = ['The ship', ' sails.'];

function answer(text: string, send: (event: object) => void, socket: Duplex): void {
  const event = JSON.parse(text) as { type?: string; response?: { instructions?: string } };
  if (event.type !== 'response.create') {
    const error = {
      type: 'invalid_request_error',
      code: 'invalid_value',
      message: `No event \`${event.type}\` is known. (simulated)`,
    };
    send({ type: 'error', event_id: 'event_error', error });
    return;
  }
  const instructions = event.response?.instructions ?? '';
  send({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } });
  if (instructions.includes('break off')) {
    socket.destroy();
    return;
  }
  for (const delta of words) send({ type: 'response.output_text.delta', response_id: 'resp_1', delta });
  // Never to be finished.
  if (instructions.includes('go on and on')) return;
  const read = Number(/read (\d+)/.exec(instructions)?.[1] ?? 10);
  const usage = {
    ...{ total_tokens: read + 4, input_tokens: read, output_tokens: 4 },
    input_token_details: { text_tokens: read - 4, audio_tokens: 4, cached_tokens: 0 },
    output_token_details: { text_tokens: 1, audio_tokens: 3 },
  };
  send({ type: 'response.done', response: { id: 'resp_1', status: 'completed', output: [], usage } });
}

interface Message {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** A frame of a client, whose payload is masked. */
function takeFrame(bytes: Buffer): Message | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const wide = short === 126 ? 2 : 0;
  const at = 2 + (short === 127 ? 8 : wide);
  if (bytes.length < at + 4) return undefined;
  const long = short === 127 ? Number(bytes.readBigUInt64BE(2)) : bytes.readUInt16BE(2);
  const length = short < 126 ? short : long;
  const start = at + 4;
  if (bytes.length < start + length) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  for (let index = 0; index < length; index++)
    payload[index] = (payload[index] ?? 0) ^ (bytes[at + (index % 4)] ?? 0);
  return { opcode: first & 0x0f, payload, end: start + length };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]);
  return Buffer.concat([head, payload]);
}
