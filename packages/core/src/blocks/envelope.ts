/**
 * What travels between blocks: requests, responses, failures, and the ids that tie them together. A failure is a value with
 * a reason and a type; nothing is thrown across blocks.
 */
import type { Json, JsonObject } from '../json/index.ts';
import type { EffectState } from './effects.ts';
import type { ErrorType } from './reasons.ts';

export interface RequestMetadata {
  /** Fresh for every request, so for every attempt: a UUID of version 7. */
  readonly id: string;
  /** 32 hex digits, unchanged through a run: the id of an OpenTelemetry trace. */
  readonly traceId: string;
  /** Unchanged through a run: a UUID of version 7. */
  readonly executionId: string;
  /** 16 hex digits, fresh for every attempt: the id of an OpenTelemetry span. */
  readonly spanId: string;
  /** The span of the attempt of the block around this one. */
  readonly parentSpanId?: string;
  /** The name of the block. */
  readonly block: string;
  /** What the block around this one calls it. */
  readonly node?: string;
  /** From 1; counts every attempt of this visit of the node, whatever policy asked for it. */
  readonly attempt: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The keys of metadata that belong to the runner; all others have a dot in them, such as `llm.attempt`. */
export const reservedMetadataKeys = [
  'id',
  'traceId',
  'executionId',
  'spanId',
  'parentSpanId',
  'block',
  'node',
  'attempt',
  'createdAt',
  'durationMs',
  'composite',
  'source',
  'lastNode',
] as const;

export type AnnotationKey = `${string}.${string}`;

export interface BlockRequest<Payload> {
  readonly payload: Payload;
  /** What the block around this one passed on purpose; empty otherwise. Whoever passes it prunes it. */
  readonly context: JsonObject;
  readonly metadata: RequestMetadata;
  /** Milliseconds since 1970. It only ever shrinks on the way down. */
  readonly deadlineAt?: number;
}

export type ResponseMetadata = RequestMetadata & {
  /** Milliseconds, with fractions, of this attempt. */
  readonly durationMs: number;
  /** Of a composite: its own name, the block and the node whose answer it gives. */
  readonly composite?: string;
  readonly source?: string;
  readonly lastNode?: string;
} & { readonly [annotation: AnnotationKey]: Json };

export interface Failure {
  /** A stable label for people and programs to show; recovery never goes by it. */
  readonly reason: string;
  /** What recovery goes by. */
  readonly errorType: ErrorType;
  /** Facts of our own making, capped; never text of a foreign exception. */
  readonly details: JsonObject;
  /** Whether the effect of the attempt happened: decides whether it may run again. */
  readonly effect: EffectState;
  readonly retryAfterMs?: number;
  readonly cause?: Failure;
}

export type BlockResponse<Output> =
  | { readonly success: true; readonly data: Output; readonly metadata: ResponseMetadata }
  | { readonly success: false; readonly error: Failure; readonly metadata: ResponseMetadata };
