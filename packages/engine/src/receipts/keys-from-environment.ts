/** The key that receipts are signed with, as an environment says: out of a source of secrets, or kept in a file of the data folder. */
import { KeelsonError, type ReceiptKey } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import { createSecretReach } from '../providers/index.ts';
import { isReference, resolveSecret, secretSourcesFromEnvironment } from '../secrets/index.ts';
import type { Receipts } from '../storage/index.ts';
import { holdSigningKey, type KeyHolder, keyIsElsewhere } from './key-holder.ts';

export interface ReceiptKeySurroundings {
  /** Where the file of the key is, and where relative references begin. */
  readonly folder: string;
  readonly storage: Receipts;
  readonly clock: Clock;
  readonly log: Log;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `KEELSON_RECEIPT_KEY` is the key itself or a reference to where it is kept, such as `vault:…` or `file:…`. */
export async function receiptKeysFromEnvironment(
  environment: Environment,
  surroundings: ReceiptKeySurroundings,
): Promise<KeyHolder> {
  const secret = await readSecret(environment, surroundings);
  return holdSigningKey({ ...surroundings, ...(secret !== undefined && { secret }) });
}

/** A new key in place of the one in the folder; throws, and changes nothing, where the key is kept elsewhere. */
export async function rotateReceiptKey(
  environment: Environment,
  surroundings: ReceiptKeySurroundings,
  overlapMs: number,
): Promise<{ readonly made: ReceiptKey; readonly before: ReceiptKey }> {
  if (environment.KEELSON_RECEIPT_KEY) throw keyIsElsewhere();
  const holder = await holdSigningKey(surroundings);
  const { keyId } = holder.current().key;
  const made = await holder.rotate(overlapMs);
  const before = (await surroundings.storage.listKeys()).find(({ key_id }) => key_id === keyId);
  if (before === undefined)
    throw new KeelsonError('internal_error', 'The key before is not stored any more.');
  return { made, before };
}

async function readSecret(
  environment: Environment,
  { clock, folder }: ReceiptKeySurroundings,
): Promise<string | undefined> {
  const text = environment.KEELSON_RECEIPT_KEY;
  if (!text) return undefined;
  if (!isReference(text)) return text;
  const reach = createSecretReach({ clock });
  try {
    const sources = secretSourcesFromEnvironment(environment, { clock, reach, folder });
    return (await resolveSecret(text, { sources, clock })).reveal();
  } finally {
    await reach.close();
  }
}
