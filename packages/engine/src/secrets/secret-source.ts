/** What reads secrets of one kind, and what it gives. Each source is a file of `sources/`. */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { SecretKind, SecretReference } from './reference.ts';

export interface FoundSecret {
  readonly value: string;
  /** How long it may be used without asking again, where the source says so. */
  readonly lastsMs?: number;
}

export interface SecretSource {
  /** Throws what is wrong, never with the value. The signal fires when nobody waits any more. */
  read(reference: SecretReference, signal: AbortSignal): Promise<FoundSecret>;
}

/** Those that are there; a reference of another kind is refused. */
export type SecretSources = { readonly [Kind in SecretKind]?: SecretSource };

/** Beyond it something else was meant than a key, a token or a certificate. */
export const maxSecretBytes = 64 * 1024;

export function secretError(label: string, what: string, hint: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The secret ${label} ${what}.`, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}

/** Rejects when the time is over, whether or not the work can be ended. */
export async function withinTime<Value>(
  clock: Clock,
  ms: number,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | 'too late'> {
  const over = new AbortController();
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    () => {
      over.abort();
      return 'too late' as const;
    },
    // Ended because the work was done first; nobody looks at it.
    () => 'too late' as const,
  );
  try {
    return await Promise.race([run(over.signal), late]);
  } finally {
    done.abort();
  }
}
