// A key that is not good yet: shown to whoever will have it, and kept only as what it takes to make it good later.
import type { KeyRecord, Storage } from '@keelson/engine';
import { generateKey, prefixOf } from './key-format.ts';
import { hashKey } from './key-ring.ts';

export interface PreparedKey {
  readonly secret: string;
  readonly secretSha256: string;
  readonly prefix: string;
}

/** `draw` gives unpredictable bytes. */
export function prepareKey(draw: (count: number) => Uint8Array): PreparedKey {
  const secret = generateKey(draw);
  return { secret, secretSha256: hashKey(secret), prefix: prefixOf(secret) };
}

/** From now on it is one of the keys. */
export async function activateKey(
  { keys }: Pick<Storage, 'keys'>,
  prepared: Pick<PreparedKey, 'secretSha256' | 'prefix'>,
  record: Omit<KeyRecord, 'secretSha256' | 'prefix'>,
): Promise<void> {
  const { secretSha256, prefix } = prepared;
  await keys.insert({ ...record, secretSha256, prefix });
}
