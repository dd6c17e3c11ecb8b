/**
 * A call as it goes to one target: its bytes spliced when caller and provider speak the same format and nothing has to
 * change, otherwise rendered anew in the provider's format, with everything that could not be said.
 */
import {
  type ChatRequest,
  encodePathSegment,
  KeelsonError,
  type Loss,
  mayHoldSealedState,
  spliceFields,
  type WireCall,
} from '@keelson/core';
import type { ProviderCall, Speech } from '../providers/index.ts';
import type { Endpoint, Lane, Target } from '../routing/index.ts';
import type { AnyCallDialect, AnyDialect } from './asked-call.ts';
import type { ReadCall } from './open-call.ts';
import type { PassedCall } from './open-passed.ts';
import { passOn } from './pass-on.ts';
import { dialectNamed } from './whole-answer.ts';

export interface Outgoing {
  readonly lane: Lane;
  readonly call: ProviderCall;
  readonly losses: readonly Loss[];
  /** The provider's. */
  readonly dialect: AnyDialect | AnyCallDialect;
  /** Of the provider's format. */
  readonly quirks: object;
  /** The stream was asked for its usage although the caller did not want it; what tells it is kept from the caller. */
  readonly hidesUsage: boolean;
  /** Whether the answer is kept for its caller to go on with, which costs holding all of it. */
  readonly keepsAnswer: boolean;
  /** Of a call that is not understood at all. */
  readonly passed?: PassedCall;
}

/** The only format whose callers refer to answers by their ids. */
export const keepingDialect = 'openai-responses';

export function createOutgoing(call: ReadCall, target: Target): Outgoing {
  if (call.passed !== undefined) return passOn(call, call.passed, target);
  return (target.lane === 'pass-through' ? splice(call, target) : undefined) ?? render(call, target);
}

const noQuery: ProviderCall['query'] = {};
const noLosses: readonly Loss[] = [];

/** Undefined where the bytes cannot pass: the call is then rendered like any other. */
function splice(call: ReadCall, target: Target): Outgoing | undefined {
  const { asked, relayed } = call;
  const { wire } = asked;
  const dialect = asked.dialect as AnyDialect;
  const { relay } = dialect;
  if (relay === undefined || relayed === undefined || mayHoldSealedState(wire.body)) return undefined;
  const quirks = quirksOf(dialect, target.speech);
  const asksForUsage = relay.asksForUsage === true && call.isStream && quirks.askForUsage !== false;
  const options = relayed.body.stream_options as { include_usage?: boolean } | undefined;
  const hidesUsage = asksForUsage && options?.include_usage !== true;
  const changes: Record<string, string> = {};
  if (relay.model === 'body') changes.model = JSON.stringify(target.model);
  if (hidesUsage) changes.stream_options = JSON.stringify({ ...options, include_usage: true });
  const isSame = !hidesUsage && relay.model !== 'body';
  const body = isSame ? wire.body : spliceFields(wire.body, changes);
  if (body === undefined) return undefined;
  const { way } = relayed;
  const hasModel = way.path.includes('{model}');
  const path = hasModel ? way.path.replace('{model}', encodePathSegment(target.model)) : way.path;
  const headers = pickHeaders(wire, relay.headers);
  const sent = {
    speech: target.speech,
    model: target.model,
    method: 'POST',
    path,
    query: way.query ?? noQuery,
    headers,
    body,
    tenant: asked.identity,
  } as const;
  return {
    lane: 'pass-through',
    call: sent,
    losses: noLosses,
    dialect,
    quirks,
    hidesUsage,
    keepsAnswer: false,
  };
}

/** The format's own where the host has none of its own. */
function quirksOf(dialect: AnyDialect, { quirks }: Speech): object & { readonly askForUsage?: boolean } {
  return quirks === undefined ? dialect.quirks : { ...dialect.quirks, ...(quirks as object) };
}

function pickHeaders({ headers }: WireCall, names: readonly string[] = []): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function render(call: ReadCall, { speech, model }: Target): Outgoing {
  const dialect = dialectNamed(
    call.asked.endpoint as Exclude<Endpoint, 'passed'>,
    speech.dialect,
  ) as AnyDialect;
  const quirks = quirksOf(dialect, speech);
  const request = call.request();
  checkContinuation(request, speech.dialect);
  // Whoever asks in the provider's own format may not have asked for usage, which we need.
  const asking = request.stream === true && request.dialect === speech.dialect;
  const streamOptions = asking ? { streamOptions: { ...request.streamOptions, usage: true } } : {};
  const { value, losses } = dialect.outbound.renderRequest({ ...request, model, ...streamOptions }, quirks);
  const keepsAnswer = call.asked.dialect.name === keepingDialect && request.service?.store !== false;
  const { method, path, query, headers, body } = value;
  const tenant = call.asked.identity;
  const sent = { speech, model, method, path, query, headers, body: JSON.stringify(body), tenant };
  return { lane: 'translated', call: sent, losses, dialect, quirks, hidesUsage: false, keepsAnswer };
}

/** Without the conversation that it continues, a request means something else. */
function checkContinuation({ dialect, service }: ChatRequest, to: string): void {
  const id = service?.previousResponseId;
  if (id === undefined || dialect === to) return;
  throw new KeelsonError('not_found', `No stored answer has the id \`${id}\`.`, {
    hint: 'Send the conversation itself, or an id of an answer that was given through here with `store`.',
    details: { field: 'previous_response_id' },
  });
}

/** A caller who wants nothing lost is told before anything is sent. */
export function checkLosses(
  losses: readonly Loss[],
  policy: 'allow' | 'warn' | 'strict',
  target: Target,
): void {
  if (policy !== 'strict' || losses.length === 0) return;
  const named = losses.slice(0, 10).map(({ field, action, detail }) => `${field} (${action}: ${detail})`);
  const more = losses.length > named.length ? ` and ${losses.length - named.length} more` : '';
  throw new KeelsonError(
    'lossy_translation',
    `${target.provider.name}:${target.model} cannot be told: ${named.join('; ')}${more}.`,
  );
}
