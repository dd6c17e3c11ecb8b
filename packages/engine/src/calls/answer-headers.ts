/** What an answer tells besides: who gave it, what was lost on the way, and what the provider's own headers say. */
import type { Loss } from '@keelson/core';
import { receiptIdOf } from '../receipts/index.ts';
import type { Target } from '../routing/index.ts';
import { type Attempt, allLosses } from './attempt.ts';
import type { CallState } from './call-state.ts';
import { addLimitHeaders } from './limit-headers.ts';

/** Of a provider that speaks the caller's format, these mean something to the caller's library. */
const relayedHeaders = /^(?:x-request-id|request-id|openai-|anthropic-|x-ratelimit-|x-amzn-requestid|cf-ray)/;

/** More than this says nothing to anybody, and headers have limits. */
const maxNamedLosses = 8;

export function answerHeaders(state: CallState, winner: Attempt): Record<string, string> {
  const { asked, attempts, parts } = state;
  const headers = relayed(winner);
  headers['x-keelson-call-id'] = asked.id;
  headers['x-keelson-target'] = headerText(winner.target.key);
  headers['server-timing'] = timing(state, winner);
  if (asked.controls.wantsReceipt === true && parts.receipts !== undefined)
    headers['x-keelson-receipt'] = receiptIdOf(asked.id);
  if (attempts.length > 1) headers['x-keelson-attempts'] = String(attempts.length);
  addLimitHeaders(headers, state);
  const losses = allLosses(winner);
  return losses.length === 0 ? headers : { ...headers, ...nameLosses(losses) };
}

export function ownHeaders(callId: string, { key }: Target): Record<string, string> {
  return { 'x-keelson-call-id': callId, 'x-keelson-target': headerText(key) };
}

/** What of the time so far was the provider's, and what ours; in milliseconds. */
function timing(state: CallState, { durationMs, isOver, firstByteMs = 0 }: Attempt): string {
  const total = state.elapsed();
  const waited = isOver ? durationMs : firstByteMs;
  const own = Math.max(0, total - waited);
  return `total;dur=${tenths(total)}, provider;dur=${tenths(waited)}, keelson;dur=${tenths(own)}`;
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function relayed({ outgoing, headers }: Attempt): Record<string, string> {
  const kept: Record<string, string> = {};
  if (outgoing.lane !== 'pass-through') return kept;
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && relayedHeaders.test(name)) kept[name] = value;
  }
  return kept;
}

export function nameLosses(losses: readonly Loss[]): Record<string, string> {
  if (losses.length === 0) return {};
  const named = losses.slice(0, maxNamedLosses).map(({ field, action }) => `${field}=${action}`);
  const more = losses.length - named.length;
  return { 'x-keelson-losses': headerText([...named, ...(more > 0 ? [`+${more}`] : [])].join(', ')) };
}

function headerText(text: string): string {
  const visible = /[^\x20-\x7e]/.test(text) ? text.replace(/[^\x20-\x7e]/g, '?') : text;
  return visible.slice(0, 1000);
}
