/**
 * The one error class of Keelson. What may be shown lives in typed fields built here; foreign exception text stays in
 * `cause`, which is never serialised. Recognise it with `KeelsonError.is`, not `instanceof`: two copies of the package
 * may be loaded at once.
 */
import { type ErrorCode, type ErrorRow, errorTable } from './error-table.ts';
import { hasBrand } from './has-brand.ts';

const brand = Symbol.for('keelson.error');

/** The only facts an error may carry outside: each is a value of ours, never a foreign object. */
export interface ErrorDetails {
  /** The offending field, as a path in the caller's own words: `messages[2].content[0].image_url`. */
  readonly field?: string;
  /** Byte or character position in the input. */
  readonly position?: number;
  readonly expected?: string;
  readonly limit?: number;
  readonly dialect?: string;
  readonly model?: string;
  readonly retryAfterMs?: number;
  readonly providerStatus?: number;
  readonly providerRequestId?: string;
  /** Everything that is wrong with a document, where it is more than one thing. */
  readonly problems?: readonly DocumentProblem[];
}

type DocumentProblem = {
  readonly path: string;
  readonly says: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
};

/** What a provider said about its failure, in its own words, so that the same dialect can say it again. */
export interface VendorError {
  readonly dialect: string;
  readonly status?: number;
  readonly type?: string;
  readonly code?: string | number;
  readonly param?: string;
  readonly requestId?: string;
  readonly message: string;
  /** How the body was laid out where a format knows several layouts, and which fields were null. */
  readonly form?: string;
  readonly nulls?: readonly string[];
  /** Fields of the error body that the dialect does not know. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface KeelsonErrorOptions {
  readonly hint?: string;
  readonly details?: ErrorDetails;
  readonly vendor?: VendorError;
  readonly cause?: unknown;
}

export class KeelsonError extends Error {
  override readonly name = 'KeelsonError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: ErrorDetails;
  readonly vendor: VendorError | undefined;

  constructor(code: ErrorCode, message: string, options: KeelsonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorTable[code].hint;
    this.details = options.details ?? {};
    this.vendor = options.vendor;
    Object.defineProperty(this, brand, { value: true });
  }

  static is(value: unknown): value is KeelsonError {
    return hasBrand(value, brand);
  }

  /** Status, retry rule and fault of this error's code. */
  get row(): ErrorRow {
    return errorTable[this.code];
  }

  /** What may leave the process. The cause and the vendor's unknown fields stay inside. */
  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}

/**
 * Turns anything thrown into a KeelsonError. A foreign exception keeps its text in `cause` only; outside, just its
 * class name is told.
 */
export function toKeelsonError(thrown: unknown): KeelsonError {
  if (KeelsonError.is(thrown)) return thrown;
  const kind = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return new KeelsonError('internal_error', `An unexpected ${kind} was thrown.`, { cause: thrown });
}
