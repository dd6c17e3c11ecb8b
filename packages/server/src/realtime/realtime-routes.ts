// OpenAI's realtime sockets: who asks for one, how many there may be, and when one must end although both sides go on.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { KeelsonError, toKeelsonError } from '@keelson/core';
import {
  type AnyDialect,
  answerError,
  type Engine,
  findPassed,
  type Identity,
  type PassedEndpoint,
  passedDialects,
  systemClock,
} from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { checkScope } from '../access/index.ts';
import { type KeyRing, type NoteRefusal, presentedKey } from '../auth/index.ts';
import { UpgradeCaller } from './upgrade-caller.ts';

export interface RealtimeOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
  readonly noteRefusal?: NoteRefusal;
  /** At once, in this process and of one key. */
  readonly maxSockets?: number;
  readonly maxSocketsOfKey?: number;
}

const usualSockets = 200;
const usualSocketsOfKey = 20;
/** How soon a key that is good no longer ends its sockets. */
const checkMs = 1000;
const keyProtocol = 'openai-insecure-api-key.';

/** Which requests for another protocol are taken up; all others are answered as if they had not asked. */
export function isRealtime({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && endpointAt(pathOf(url)) !== undefined;
}

function endpointAt(path: string): PassedEndpoint | undefined {
  const passed = findPassed(path);
  return passed?.isSocket === true ? passed : undefined;
}

function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/(?<=.)\/+$/, '');
}

export function registerRealtime(app: FastifyInstance, options: RealtimeOptions): void {
  // Before Node 24.9 it would be all requests or none, and many ask for another protocol without meaning it.
  if (!('shouldUpgradeCallback' in app.server)) return;
  const open = new Map<UpgradeCaller, string>();
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void answer({ request, caller: new UpgradeCaller(socket, head), open }, options);
  });
  app.addHook('preClose', async () => {
    for (const caller of open.keys()) caller.breakOff();
  });
}

interface Asking {
  readonly request: IncomingMessage;
  readonly caller: UpgradeCaller;
  readonly open: Map<UpgradeCaller, string>;
}

async function answer({ request, caller, open }: Asking, options: RealtimeOptions): Promise<void> {
  const { engine, keys, noteRefusal } = options;
  const { url = '', headers } = request;
  const path = pathOf(url);
  const passed = endpointAt(path) as PassedEndpoint;
  const dialect = passedDialects[passed.dialect] as unknown as AnyDialect;
  const id = engine.newId();
  const { key: inQuery, ...query } = Object.fromEntries(new URL(url, 'http://a').searchParams);
  const identify = (): Identity => keys.identify(keyOf(request, inQuery), request.socket.remoteAddress);
  let identity: Identity;
  try {
    identity = identify();
    checkScope(identity, 'calls:create');
    checkRoom(identity.keyId, open, options);
  } catch (thrown) {
    const error = toKeelsonError(thrown);
    answerError(noteRefusal?.(error, request) ?? error, { id, dialect, path }, caller);
    return;
  }
  open.set(caller, identity.keyId);
  const stop = systemClock.every(checkMs, () => {
    try {
      identify();
    } catch {
      caller.breakOff();
    }
  });
  const wire = { method: 'GET', path, query, headers: headers as Record<string, string>, body: '' } as const;
  try {
    await engine.call(
      { id, endpoint: 'passed', passed, dialect, identity, controls: { tags: {} }, wire },
      caller,
    );
  } finally {
    stop();
    open.delete(caller);
  }
}

/** Browsers can send no header with a socket, but protocols. */
function keyOf({ headers }: IncomingMessage, inQuery: string | undefined): string | undefined {
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const inProtocol = protocols.find((each) => each.startsWith(keyProtocol))?.slice(keyProtocol.length);
  return presentedKey(headers, inQuery === undefined ? {} : { key: inQuery }) ?? inProtocol;
}

function checkRoom(
  keyId: string,
  open: ReadonlyMap<UpgradeCaller, string>,
  { maxSockets = usualSockets, maxSocketsOfKey = usualSocketsOfKey }: RealtimeOptions,
): void {
  const own = [...open.values()].filter((each) => each === keyId).length;
  if (open.size < maxSockets && own < maxSocketsOfKey) return;
  throw new KeelsonError('limit_reached', 'Too many sockets are open at once.', {
    hint: 'Close some, or try again later.',
  });
}
