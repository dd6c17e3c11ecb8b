/**
 * OpenAI's endpoints for what stays at a provider: files, batches, tuning jobs. They have no model; a header says which provider is
 * meant, and afterwards the id does.
 */
import {
  dialects,
  embedDialects,
  isJsonObject,
  type Json,
  type JsonObject,
  type Usage,
  type WireReply,
} from '@keelson/core';
import { readAnyTokens } from './answer-usage.ts';
import type { PassedEndpoint, PassedWay, WayOfThing } from './passed-endpoint.ts';

/** Azure's older surface has no version in its paths. */
function ways(
  path: string,
  thing: WayOfThing,
  more: Omit<PassedWay, 'template' | 'path' | 'thing'> = {},
): PassedWay[] {
  return ['/v1', '/openai'].map((prefix) => ({ template: `${prefix}${path}`, path, thing, ...more }));
}

const free = {
  dialect: 'openai',
  model: 'none',
  answersJson: true,
  isFree: true,
  isStream: () => false,
  measure: () => ({ inputTokens: 0, answers: 1, hasNoOutput: true, units: {} }),
  readUsage: () => undefined,
} as const satisfies Partial<PassedEndpoint>;

export const files: PassedEndpoint = {
  ...free,
  name: 'files',
  kind: 'file',
  bodies: ['multipart'],
  ways: [
    ...ways('/files/{id}/content', 'use', { method: 'GET', isStream: true }),
    ...ways('/files/{id}', 'get', { method: 'GET' }),
    ...ways('/files/{id}', 'delete', { method: 'DELETE' }),
    ...ways('/files', 'list', { method: 'GET' }),
    ...ways('/files', 'create'),
  ],
};

export const batches: PassedEndpoint = {
  ...free,
  name: 'batches',
  kind: 'batch',
  bodies: ['json'],
  refersTo: ['input_file_id'],
  tells: ['output_file_id', 'error_file_id'],
  ways: [
    ...ways('/batches/{id}/cancel', 'get'),
    ...ways('/batches/{id}', 'get', { method: 'GET' }),
    ...ways('/batches', 'list', { method: 'GET' }),
    ...ways('/batches', 'create'),
  ],
};

export const fineTuning: PassedEndpoint = {
  ...free,
  name: 'fine-tuning',
  kind: 'tuning-job',
  bodies: ['json'],
  refersTo: ['training_file', 'validation_file'],
  tells: ['result_files'],
  ways: [
    ...ways('/fine_tuning/jobs/{id}/cancel', 'get'),
    ...ways('/fine_tuning/jobs/{id}/events', 'use', { method: 'GET' }),
    ...ways('/fine_tuning/jobs/{id}/checkpoints', 'use', { method: 'GET' }),
    ...ways('/fine_tuning/jobs/{id}', 'get', { method: 'GET' }),
    ...ways('/fine_tuning/jobs', 'list', { method: 'GET' }),
    // Vendors bill what was trained, later, at prices that no list here has.
    ...ways('/fine_tuning/jobs', 'create', { isUnpriced: true }),
  ],
};

const finalStates: ReadonlySet<unknown> = new Set(['completed', 'expired', 'cancelled', 'failed']);

/** Whether nothing more can be used by it. */
export function isFinalBatch(object: Json): boolean {
  return isJsonObject(object) && finalStates.has(object.status);
}

/** What a line of a batch's output says: whose model answered, and what it used. Undefined for one that used nothing. */
export function readOutputLine(line: string, endpoint: string): { model: string; usage: Usage } | undefined {
  const response = responseIn(line);
  if (response === undefined) return undefined;
  const { status, body } = response;
  const reply = { status, headers: {}, body };
  const usage = usageIn(reply, endpoint) ?? readAnyTokens(body);
  const model = isJsonObject(body) && typeof body.model === 'string' ? body.model : '';
  return usage === undefined ? undefined : { model, usage };
}

function responseIn(line: string): { readonly status: number; readonly body: Json } | undefined {
  try {
    const { response } = JSON.parse(line) as { response?: { status_code?: number; body?: Json } | null };
    const { status_code: status = 0, body } = response ?? {};
    const isAnswer = isJsonObject(body ?? null) && !isJsonObject((body as JsonObject).error ?? null);
    return isAnswer ? { status, body: body as Json } : undefined;
  } catch {
    return undefined;
  }
}

function usageIn(reply: WireReply, endpoint: string): Usage | undefined {
  try {
    if (endpoint.endsWith('/embeddings'))
      return embedDialects['openai-embeddings'].outbound.parseResponse(reply).usage;
    const dialect = endpoint.endsWith('/responses') ? 'openai-responses' : 'openai-chat';
    const events = dialects[dialect].outbound.parseResponse(reply);
    return events.find((event) => event.type === 'usage')?.usage;
  } catch {
    return undefined;
  }
}
