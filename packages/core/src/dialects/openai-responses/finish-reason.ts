/**
 * How an answer ended, both ways. The format has a status and, for an incomplete answer, a reason; that tools are to be
 * called is told by the calls alone.
 */
import type { Json } from '../../json/index.ts';
import type { Loss, StopReason } from '../../message/index.ts';
import { name } from './wire.ts';

const unifiedByReason: Readonly<Record<string, StopReason['unified']>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

const unifiedByStatus: Readonly<Record<string, StopReason['unified']>> = {
  completed: 'stop',
  queued: 'pause',
  in_progress: 'pause',
};

const reasonByUnified: Readonly<Partial<Record<StopReason['unified'], string>>> = {
  length: 'max_output_tokens',
  'context-exceeded': 'max_output_tokens',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
};

export interface WireEnd {
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly hasCalls: boolean;
}

export function parseStop({ status, reason, hasCalls }: WireEnd): StopReason {
  const raw = reason ?? status;
  return { unified: unifiedOf({ status, reason, hasCalls }), ...(raw !== undefined && { raw }) };
}

function unifiedOf({ status = '', reason, hasCalls }: WireEnd): StopReason['unified'] {
  if (reason !== undefined) return own(unifiedByReason, reason) ?? 'unknown';
  const unified = own(unifiedByStatus, status) ?? 'unknown';
  return unified === 'stop' && hasCalls ? 'tool-calls' : unified;
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `status` and `incomplete_details` of an answer of another format. */
export function renderForeignStop({ unified }: StopReason): Record<string, Json> {
  const reason = reasonByUnified[unified];
  return reason === undefined
    ? { status: 'completed', incomplete_details: null }
    : { status: 'incomplete', incomplete_details: { reason } };
}

/** The same of an answer of this format, whose own words are repeated. */
export function renderOwnStop({ raw }: StopReason, statusForm: string | undefined): Record<string, Json> {
  if (statusForm === undefined) return raw === undefined ? {} : { status: raw };
  return {
    ...(statusForm !== 'absent' && { status: statusForm }),
    ...(raw !== undefined && { incomplete_details: { reason: raw } }),
  };
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, hasCalls: boolean, losses: Loss[]): void {
  const reason = reasonByUnified[stop.unified];
  const status = reason === undefined ? 'completed' : 'incomplete';
  const left = unifiedOf({ status, reason, hasCalls });
  if (left !== stop.unified) {
    const detail = `\`${stop.unified}\` is told as \`${reason ?? status}\`.`;
    losses.push({ field: 'message.stop', action: 'emulated', detail });
  }
  for (const key of ['sequence', 'refusal'] as const) {
    if (stop[key] === undefined) continue;
    losses.push({ field: `message.stop.${key}`, action: 'dropped', detail: `${name} has no word for it.` });
  }
}
