/** Errors of calls: those of the wire with their codes, those of the connection, and an end by the caller. */
import {
  type CallReport,
  type ErrorCode,
  errorTable,
  isJsonObject,
  type Json,
  KeelsonError,
  parseFailure,
  parseReport,
} from '@keelson/core';
import type { Reply } from './reply.ts';

/** An error that knows what the call came to, where its server said so. */
export class CallError extends KeelsonError {
  readonly call: CallReport | undefined;

  constructor(error: KeelsonError, call: CallReport | undefined) {
    const { hint, details, cause, vendor } = error;
    super(error.code, error.message, { hint, details, cause, ...(vendor && { vendor }) });
    this.call = call;
  }
}

export async function failureOf(reply: Reply, url: string): Promise<KeelsonError> {
  const text = await reply.text();
  const body = readJson(text);
  if (!isJsonObject(body) || !isJsonObject(body.error)) return noKeelson(reply, url);
  const { status } = reply;
  const error = parseFailure(body, codeOfStatus(status));
  return new CallError(error, parseReport(body));
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The first code of the table with this status, for errors whose code is not known here. */
function codeOfStatus(status: number): ErrorCode {
  const rows = Object.entries(errorTable) as [ErrorCode, { readonly status: number }][];
  return rows.find(([, row]) => row.status === status)?.[0] ?? 'provider_error';
}

/** The JSON of a good answer. */
export async function readAnswer(reply: Reply, url: string): Promise<Json> {
  const text = await reply.text();
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw noKeelson(reply, url, cause);
  }
}

/** A page of a proxy, or another program at this address. */
export function noKeelson({ status }: Reply, url: string, cause?: unknown): KeelsonError {
  return new KeelsonError(
    'invalid_response',
    `What answers at ${url} (${status}) does not speak Keelson's format.`,
    {
      hint: 'Check the address; a proxy in between, or a server older than this client, may answer in its place.',
      cause,
    },
  );
}

export function cancelled(signal: AbortSignal): KeelsonError {
  return new KeelsonError('cancelled', 'The call was ended by its caller.', { cause: signal.reason });
}

/** What was thrown while an answer was read. */
export function brokenOff(thrown: unknown, signal: AbortSignal | undefined): KeelsonError {
  if (signal?.aborted) return cancelled(signal);
  if (KeelsonError.is(thrown)) return thrown;
  return new KeelsonError('stream_interrupted', 'The connection broke before the answer was complete.', {
    cause: thrown,
  });
}
