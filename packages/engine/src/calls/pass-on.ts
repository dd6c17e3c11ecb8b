/** A call that passes as it goes to one target: its own bytes, but for the name of the model. */
import { encodePathSegment, spliceFields, type WireCall } from '@keelson/core';
import { passedDialects, replaceField } from '../passing/index.ts';
import type { Target } from '../routing/index.ts';
import type { AnyDialect } from './asked-call.ts';
import type { ReadCall } from './open-call.ts';
import type { PassedCall } from './open-passed.ts';

export function passOn({ asked, model }: ReadCall, passed: PassedCall, target: Target) {
  const { wire, identity } = asked;
  const { endpoint, path, content } = passed;
  const type = wire.headers['content-type'];
  const headers = pick(wire, endpoint.headers ?? []);
  if (endpoint.isSocket === true) addProtocols(headers, wire);
  if (content.multipart !== undefined && type !== undefined) headers['content-type'] = type;
  return {
    lane: 'pass-through' as const,
    call: {
      speech: target.speech,
      model: target.model,
      method: wire.method,
      path: path.replace('{model}', () => encodePathSegment(target.model)),
      query: queryFor(passed, wire.query, target.model),
      ...(endpoint.isSocket === true && { upgrade: 'websocket' as const }),
      headers,
      body: bodyFor(passed, asked.wire.body, model, target.model),
      tenant: identity,
    },
    losses: [],
    dialect: passedDialects[endpoint.dialect] as unknown as AnyDialect,
    quirks: {},
    hidesUsage: false,
    keepsAnswer: false,
    passed,
  };
}

function queryFor({ endpoint }: PassedCall, query: WireCall['query'], model: string): WireCall['query'] {
  if (endpoint.model === 'query') return { ...query, model };
  return endpoint.kind === undefined ? {} : query;
}

function bodyFor(
  { endpoint, content }: PassedCall,
  text: string,
  asked: string,
  model: string,
): string | Uint8Array | null {
  const { multipart, fields } = content;
  if (content.length === 0) return null;
  // What was checked is what is sent, whatever else the text might mean to others.
  if (endpoint.model === 'none' && multipart === undefined) return JSON.stringify(fields);
  if (multipart !== undefined)
    return asked === model ? multipart.bytes : replaceField(multipart, 'model', model);
  if (endpoint.model === 'path') return text;
  // What two readers might read differently is written anew.
  return spliceFields(text, { model: JSON.stringify(model) }) ?? JSON.stringify({ ...fields, model });
}

/** All but the one that holds the caller's key. */
function addProtocols(headers: Record<string, string>, wire: WireCall): void {
  const asked = (wire.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const kept = asked.filter((each) => each !== '' && !each.startsWith('openai-insecure-api-key.'));
  if (kept.length > 0) headers['sec-websocket-protocol'] = kept.join(', ');
}

function pick({ headers }: Pick<WireCall, 'headers'>, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
