/**
 * From a reference to the secret it names: bounded in time and size, and kept for a while, so that a manager of secrets is
 * asked seldom, by one caller at a time, and may be away for an hour.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import { parseReference, type SecretKind, type SecretReference } from './reference.ts';
import { Secret } from './secret.ts';
import {
  type FoundSecret,
  maxSecretBytes,
  type SecretSources,
  secretError,
  withinTime,
} from './secret-source.ts';

export interface ResolverSettings {
  readonly sources: SecretSources;
  readonly clock: Clock;
  /** Of one reading. */
  readonly timeoutMs?: number;
  /** After it a secret is read anew, while callers still get the old one. */
  readonly freshMs?: number;
  /** After it nobody gets the old one. */
  readonly keptMs?: number;
}

export interface SecretResolver {
  /** Without a promise where there is nothing to wait for. */
  resolve(reference: string): Secret | Promise<Secret>;
  /** The next call reads it anew: it was refused where it was used. */
  forget(reference: string): void;
}

const defaultTimeoutMs = 10_000;

/** Reads it once, and keeps nothing. */
export async function resolveSecret(
  reference: string,
  settings: Pick<ResolverSettings, 'sources' | 'clock' | 'timeoutMs'>,
): Promise<Secret> {
  return new Secret((await readSecret(parseReference(reference), settings)).value);
}

async function readSecret(
  reference: SecretReference,
  { sources, clock, timeoutMs = defaultTimeoutMs }: Pick<ResolverSettings, 'sources' | 'clock' | 'timeoutMs'>,
): Promise<FoundSecret> {
  const { kind, label } = reference;
  const source = sources[kind];
  if (source === undefined) throw secretError(label, 'cannot be read here', missing[kind]);
  let found: FoundSecret | 'too late';
  try {
    found = await withinTime(clock, timeoutMs, (signal) => source.read(reference, signal));
  } catch (cause) {
    if (KeelsonError.is(cause)) throw cause;
    throw secretError(label, 'could not be read', 'Check that it is there and may be read.', cause);
  }
  if (found === 'too late') {
    throw secretError(
      label,
      `could not be read within ${timeoutMs} ms`,
      'Check whether its source answers, and by hand how long it takes.',
    );
  }
  if (found.value === '') throw secretError(label, 'is empty', 'Write the secret there.');
  if (found.value.length > maxSecretBytes) {
    throw secretError(
      label,
      `is longer than ${maxSecretBytes} bytes`,
      'Name the field or file that holds only the secret.',
    );
  }
  return found;
}

const missing: Readonly<Record<SecretKind, string>> = {
  env: 'Hand in the environment.',
  file: 'Switch reading of files on.',
  cmd: 'Switch running of commands on.',
  vault:
    'Set VAULT_ADDR, and a token, an AppRole or a role of Kubernetes; docs/secrets.md names the variables.',
  'aws-sm': 'Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  'gcp-sm': 'Set GOOGLE_APPLICATION_CREDENTIALS to the path of a service account’s file.',
};

interface Kept {
  readonly secret: Secret;
  readonly freshUntil: number;
  readonly keptUntil: number;
}

interface Entry {
  readonly reference: SecretReference;
  kept?: Kept;
  reading?: Promise<Secret>;
  failedAt?: number;
  failure?: unknown;
}

/** How long a failure answers for those who come next, so that a wrong reference is no flood of questions. */
const failureHoldsMs = 1000;
const maxEntries = 10_000;

export function createSecretResolver(settings: ResolverSettings): SecretResolver {
  const { clock, freshMs = 300_000, keptMs = 3_600_000 } = settings;
  const entries = new Map<string, Entry>();
  const read = async (entry: Entry): Promise<Secret> => {
    try {
      const { value, lastsMs = Number.POSITIVE_INFINITY } = await readSecret(entry.reference, settings);
      const now = clock.now();
      const secret = new Secret(value);
      entry.kept = {
        secret,
        freshUntil: now + Math.min(freshMs, lastsMs),
        keptUntil: now + Math.min(Math.max(freshMs, keptMs), lastsMs),
      };
      return secret;
    } catch (failure) {
      entry.failedAt = clock.now();
      entry.failure = failure;
      throw failure;
    } finally {
      delete entry.reading;
    }
  };
  const entryOf = (reference: string): Entry => {
    const known = entries.get(reference);
    if (known !== undefined) return known;
    const made: Entry = { reference: parseReference(reference) };
    if (entries.size >= maxEntries) entries.delete(entries.keys().next().value ?? '');
    entries.set(reference, made);
    return made;
  };
  return {
    resolve: (reference) => {
      const entry = entryOf(reference);
      const { kept, failedAt = Number.NEGATIVE_INFINITY } = entry;
      const now = clock.now();
      if (kept !== undefined && now < kept.freshUntil) return kept.secret;
      const usable = kept !== undefined && now < kept.keptUntil ? kept.secret : undefined;
      if (entry.reading === undefined && now - failedAt < failureHoldsMs) {
        return usable ?? Promise.reject(entry.failure);
      }
      entry.reading ??= read(entry);
      if (usable === undefined) return entry.reading;
      // Nobody waits for it; whoever comes after the end of the old one is told.
      entry.reading.catch(() => undefined);
      return usable;
    },
    forget: (reference) => void entries.delete(reference),
  };
}
