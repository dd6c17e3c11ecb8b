/** Refusing and answering for the endpoints that have no script: embeddings, reranking, models. */
import { KeelsonError, type WireReply } from '@keelson/core';
import { emptyScript } from '../script/index.ts';
import type { Question } from './endpoint.ts';

export function refuseField(field: string, expected: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` must be ${expected}.`, {
    details: { field, expected },
  });
}

/** Of a call whose body must be an object. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw refuseField('body', 'an object');
}

/** A whole number from 1 that may be missing. The name of the field is asked for only when it is refused. */
export function checkCount(value: number | undefined, nameField: () => string, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
  throw refuseField(nameField(), `a whole number from 1 to ${most}`);
}

/** The body of an endpoint that has no script in its text: only the control endpoint can change its answers. */
export function plainQuestion(model: string | undefined, answer: () => unknown): Question {
  const instruction = { script: emptyScript, said: '' };
  return {
    ...(model !== undefined && { model }),
    isStream: false,
    readScript: () => instruction,
    useScript: (script) => ({ script, said: '' }),
    answer: () => ({ type: 'whole', body: answer() }),
  };
}

export function renderPlainError(error: KeelsonError): WireReply {
  const { code, message, details, row } = error;
  const type = row.status < 500 ? 'invalid_request_error' : 'server_error';
  return {
    status: row.status,
    headers: { 'content-type': 'application/json', ...retryAfter(details.retryAfterMs) },
    body: { error: { message, type, param: details.field ?? null, code } },
  };
}

function retryAfter(ms: number | undefined): Record<string, string> {
  return ms === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(ms / 1000)), 'retry-after-ms': String(ms) };
}
