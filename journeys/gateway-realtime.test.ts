/**
 * Users of OpenAI's realtime sockets, by its own library and as a browser opens them, through the gateway: both sides speak as if
 * nobody stood between them, and what the session used is recorded, priced and signed.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { CallRecord } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PassingGateway, startPassing } from './passing-vendor.ts';
import { until } from './until.ts';

let simulator: Simulator;
let gateway: PassingGateway;
let isRevoked = false;
const keys: Record<string, { keyId: string; workspace: string; models?: string[]; expiresAt?: number }> = {
  many: { keyId: 'k3', workspace: 'w1' },
  revoked: {
    keyId: 'k4',
    workspace: 'w1',
    get expiresAt() {
      return isRevoked ? 1 : Number.POSITIVE_INFINITY;
    },
  },
  narrow: { keyId: 'k2', workspace: 'w1', models: ['other'] },
};

beforeAll(async () => {
  simulator = await startSimulator({ seed: 7 });
  gateway = await startPassing(simulator, {
    aliases: { voice: { targets: ['vendor:gpt-realtime'], retries: 0 } },
    keys,
  });
});
afterAll(async () => {
  await gateway.end();
  await simulator.close();
});

interface Event {
  readonly type: string;
  readonly error?: { readonly message: string; readonly code: string };
  readonly delta?: string;
}

/** As browsers do it, which can send no header. */
class Session {
  readonly events: Event[] = [];
  readonly socket: WebSocket;
  closed: CloseEvent | undefined;

  constructor(model = 'voice', key = 'test') {
    const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=${model}`;
    this.socket = new WebSocket(url, [`openai-insecure-api-key.${key}`, 'realtime']);
    this.socket.onmessage = ({ data }) => this.events.push(JSON.parse(String(data)) as Event);
    this.socket.onclose = (event) => {
      this.closed = event;
    };
  }

  async see(type: string, count = 1): Promise<Event> {
    const seen = () => this.events.filter((event) => event.type === type);
    await until(() => seen().length >= count || this.closed !== undefined, `an event ${type}`);
    const found = seen()[count - 1];
    if (found === undefined) throw new Error(`The socket closed with ${this.closed?.code} before ${type}.`);
    return found;
  }

  ask(instructions = ''): void {
    this.socket.send(JSON.stringify({ type: 'response.create', response: { instructions } }));
  }

  async end(): Promise<void> {
    this.socket.close();
    await until(() => this.closed !== undefined, 'the end of the socket');
  }
}

const lastRecord = async (): Promise<CallRecord> => gateway.lastRecord();
// 6 tokens of text at 4 dollars a million and 4 of sound at 32; 1 of text at 16 and 3 of sound at 64.
const costOfAnswer = 6 * 4000 + 4 * 32_000 + 16_000 + 3 * 64_000;

describe('a session', () => {
  it('of the library', async () => {
    const { port } = new URL(gateway.url);
    // The library asks for TLS whatever the address says; this gateway has none.
    const createConnection = () => connect(Number(port), '127.0.0.1');
    const realtime = new OpenAIRealtimeWS(
      { model: 'voice', options: { createConnection } as object },
      gateway.openai,
    );
    const texts: string[] = [];
    const done = new Promise<void>((resolve, reject) => {
      realtime.on('session.created', () => realtime.send({ type: 'response.create' }));
      realtime.on('response.output_text.delta', ({ delta }) => texts.push(delta));
      realtime.on('response.done', () => resolve());
      realtime.on('error', reject);
    });
    await done;
    realtime.close();
    await once(realtime.socket, 'close');
    expect(texts.join('')).toBe('The ship sails.');
    const record = await lastRecord();
    expect(record).toMatchObject({
      endpoint: 'realtime',
      alias: 'voice',
      model: 'gpt-realtime',
      outcome: 'answered',
      status: 101,
      isStream: true,
      cost: { status: 'priced', nanoDollars: costOfAnswer },
    });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
  });

  it('of a browser, with several answers and long messages both ways', async () => {
    const session = new Session();
    await session.see('session.created');
    // The vendor takes the first that it sees: the caller's key is none of them.
    expect(session.socket.protocol).toBe('realtime');
    session.ask();
    await session.see('response.done');
    session.ask(`${'x'.repeat(200_000)} read 20`);
    await session.see('response.done', 2);
    await session.end();
    expect(await lastRecord()).toMatchObject({
      outcome: 'answered',
      usage: { input: { total: 30, text: 22, audio: 8 }, output: { total: 8, audio: 6 } },
      cost: { status: 'priced', nanoDollars: 2 * costOfAnswer + 10 * 4000 },
    });
  });

  it('goes on after an error event, and costs nothing without an answer', async () => {
    const session = new Session();
    session.socket.onopen = () => session.socket.send('{"type":"what"}');
    expect((await session.see('error')).error?.message).toContain('(simulated)');
    await session.end();
    expect(await lastRecord()).toMatchObject({
      outcome: 'answered',
      cost: { status: 'priced', nanoDollars: 0 },
    });
  });

  it('that is left within an answer is estimated', async () => {
    const session = new Session();
    await session.see('session.created');
    session.ask('go on and on');
    await session.see('response.output_text.delta');
    await session.end();
    expect((await lastRecord()).cost.status).toBe('estimated');
  });

  it('whose vendor breaks off ends for its caller', async () => {
    const session = new Session();
    await session.see('session.created');
    session.ask('break off');
    await until(() => session.closed !== undefined, 'the end of the socket');
    expect(session.closed?.wasClean).toBe(false);
    expect((await lastRecord()).endpoint).toBe('realtime');
  });
});

/** What a handshake is refused with. */
async function refusal(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const asked = request(`${gateway.url}${path}`, {
    headers: {
      ...upgrade,
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      authorization: 'Bearer test',
      ...headers,
    },
  });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const piece of response) body += String(piece);
  return { status: response.statusCode, body };
}

describe('a handshake is refused', () => {
  it.each([
    ['without a good key', '/v1/realtime?model=voice', { authorization: 'Bearer wrong' }, 401, 'not known'],
    [
      'for a model that the key may not ask for',
      '/v1/realtime?model=voice',
      { authorization: 'Bearer narrow' },
      403,
      'may not ask',
    ],
    ['without a model', '/v1/realtime', {}, 400, 'no `model`'],
    ['for a model that is none', '/v1/realtime?model=nothing', {}, 404, 'No model or alias'],
    [
      'elsewhere, as if nobody had asked for another protocol',
      '/v1/chat/completions',
      {},
      404,
      'it takes POST',
    ],
  ] as const)('%s', async (...[, path, headers, status, says]) => {
    const refused = await refusal(path, headers);
    expect(refused.status).toBe(status);
    expect((JSON.parse(refused.body) as { error: { message: string } }).error.message).toContain(says);
  });
});

describe('sockets', () => {
  it('end when their key does', async () => {
    const session = new Session('voice', 'revoked');
    await session.see('session.created');
    isRevoked = true;
    await until(() => session.closed !== undefined, 'the end of the socket');
    expect(await lastRecord()).toMatchObject({ keyId: 'k4', endpoint: 'realtime' });
  });

  it('are not more than twenty of one key', async () => {
    const sessions = Array.from({ length: 20 }, () => new Session('voice', 'many'));
    for (const session of sessions) await session.see('session.created');
    expect(await refusal('/v1/realtime?model=voice', { authorization: 'Bearer many' })).toMatchObject({
      status: 429,
    });
    const another = new Session();
    await another.see('session.created');
    for (const session of [...sessions, another]) await session.end();
    await lastRecord();
    const again = new Session('voice', 'many');
    await again.see('session.created');
    await again.end();
  });
});

describe('budgets', () => {
  const money = (id: string, limit: string) =>
    gateway.setBudgets([{ id, scope: 'workspace', subject: 'w1', measure: 'money', window: 'total', limit }]);

  it('refuse a session that they could not cover, and are charged what one used', async () => {
    await money('small', '0.0001');
    expect(await refusal('/v1/realtime?model=voice')).toMatchObject({ status: 402 });
    await money('large', '1');
    const session = new Session();
    await session.see('session.created');
    session.ask();
    await session.see('response.done');
    await session.end();
    await lastRecord();
    await gateway.engine.limits?.flush();
    const [window] = (await gateway.engine.limits?.windows('large')) ?? [];
    expect(window?.settled).toBe(costOfAnswer);
  });

  it('end a session before what was set aside is used up', async () => {
    await money('ending', '1');
    const session = new Session();
    await session.see('session.created');
    session.ask('read 999');
    await session.see('response.done');
    session.ask('read 999');
    expect((await session.see('error')).error?.code).toBe('budget_exhausted');
    await until(() => session.closed !== undefined, 'the end of the socket');
    expect(session.closed?.code).toBe(1008);
    expect(await lastRecord()).toMatchObject({
      outcome: 'failed',
      error: 'budget_exhausted',
      usage: { input: { total: 1998 } },
    });
    await gateway.setBudgets([]);
  });
});
