/** One recorded call: what was asked, what came of it, and by which key it is found again. Its file is `call-file.ts`. */
import { createHash } from 'node:crypto';
import {
  BlockError,
  canonicalJson,
  type Failure,
  failureOf,
  type HttpQuestion,
  type Json,
  type JsonObject,
  KeelsonError,
  type ModelCall,
  type RequestMetadata,
} from '@keelson/core';
import { keepHeaders, redactAddress } from './redact-request.ts';

export type CallKind = 'model' | 'http';

/** What was asked, by whom. */
export interface AskedCall {
  readonly kind: CallKind;
  readonly block: string;
  readonly node?: string;
  readonly question: JsonObject;
}

export type RecordedFailure = Pick<KeelsonError, 'code' | 'message' | 'details'> | Failure;

export interface RecordedCall extends AskedCall {
  /** The how-many-th of its kind in its run; from 1. */
  readonly occurrence: number;
  readonly ms: number;
  /** Whoever asked did not wait for the answer. */
  readonly isLeft: boolean;
  /** The pieces in which the answer was told while it came. */
  readonly pieces: readonly string[];
  /** Either of the two. */
  readonly answer?: JsonObject;
  readonly failure?: RecordedFailure;
}

export function askedOfModel({ metadata, ...call }: ModelCall): AskedCall {
  const { alias, system, prompt, jsonSchema, maxOutputTokens, temperature } = call;
  const question = {
    alias,
    ...(system !== undefined && { system }),
    prompt,
    ...(jsonSchema !== undefined && { jsonSchema }),
    maxOutputTokens,
    temperature,
  };
  return { kind: 'model', ...nameAsker(metadata), question };
}

export function askedOfHost({ method, url, headers, body, metadata }: HttpQuestion): AskedCall {
  const kept = keepHeaders(headers);
  const question = {
    method,
    url: redactAddress(url),
    ...(kept !== undefined && { headers: kept }),
    ...(body !== undefined && { body }),
  };
  return { kind: 'http', ...nameAsker(metadata), question };
}

function nameAsker(metadata: RequestMetadata | undefined): Pick<AskedCall, 'block' | 'node'> {
  if (metadata === undefined) return { block: 'code' };
  const { block, node } = metadata;
  return node === undefined || node === block ? { block } : { block, node };
}

const loneSurrogates = /\p{Cs}/gu;

/** The same for the same question, whoever asks and whatever the headers are. */
export function keyOf({ kind, question: { headers: _, ...question } }: AskedCall): string {
  // A prompt that was cut in the middle of a character is no reason to refuse it.
  const wellFormed = JSON.parse(JSON.stringify(question), (_name, value: Json) =>
    typeof value === 'string' ? value.replace(loneSurrogates, '\ufffd') : value,
  ) as JsonObject;
  return createHash('sha256')
    .update(canonicalJson({ kind, question: wellFormed }))
    .digest('hex');
}

/** Of what is neither an error of ours nor a failure, the class is all that is kept. */
export function keepFailure(thrown: unknown): RecordedFailure {
  if (!KeelsonError.is(thrown)) return failureOf(thrown);
  const { code, message, details } = thrown;
  return { code, message, details };
}

export function throwAgain(failure: RecordedFailure): never {
  if (!('code' in failure)) throw new BlockError(failure);
  const { code, message, details } = failure;
  throw new KeelsonError(code, message, { details });
}
