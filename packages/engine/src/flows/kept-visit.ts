/**
 * A visit as the journal of a run keeps it: JSON, without the ids that the run has anyway. What is read again is checked, because
 * a row may have been written by another version, or by somebody else.
 */
import {
  type BlockResponse,
  type Failure,
  isJsonObject,
  type Json,
  type JsonObject,
  type ResponseMetadata,
  type Spending,
} from '@keelson/core';
import type { Visited } from '../blocks/index.ts';

export interface RunIds {
  readonly traceId: string;
  readonly executionId: string;
}

export function keepVisit({ response, spent }: Visited): Json {
  const { traceId: _, executionId: __, ...metadata } = response.metadata;
  const kept = response.success ? { data: response.data ?? null } : { error: response.error };
  return { ...kept, metadata, ...(isNothing(spent) ? {} : { spent }) } as unknown as Json;
}

/** Undefined where it is nothing that `keepVisit` made. */
export function readVisit(kept: Json, ids: RunIds): Visited | undefined {
  if (!isJsonObject(kept) || !isJsonObject(kept.metadata)) return undefined;
  const metadata = Object.freeze({ ...kept.metadata, ...ids }) as unknown as ResponseMetadata;
  const spent = isJsonObject(kept.spent) ? (kept.spent as unknown as Spending) : nothing;
  const response = readResponse(kept, metadata);
  return response && { response, spent };
}

function readResponse(kept: JsonObject, metadata: ResponseMetadata): BlockResponse<unknown> | undefined {
  if (isJsonObject(kept.error)) {
    const error = kept.error as unknown as Failure;
    return Object.freeze({ success: false, error, metadata });
  }
  return 'data' in kept ? Object.freeze({ success: true, data: kept.data, metadata }) : undefined;
}

const nothing: Spending = { nanoDollars: 0 };

function isNothing({ nanoDollars, calls = 0 }: Spending): boolean {
  return nanoDollars === 0 && calls === 0;
}
