/**
 * Where the master keys come from: what a reference names, or a file of the data folder that only its owner can read and
 * that the first use makes.
 */
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import type { Random } from '../../observability/index.ts';
import { Secret } from '../secret.ts';
import { generateMasterKey, type MasterKey, parseMasterKeys } from './master-keys.ts';

export interface MasterKeyPlace {
  /** What a reference in the settings named; the file of the folder when there was none. */
  readonly named?: Secret;
  readonly folder: string;
  readonly random: Pick<Random, 'bytes'>;
  /** Whether a file that is not there is made, which is what happens when nothing is said. */
  readonly mayMake?: boolean;
}

/** None only where there is none and none may be made. */
export function readMasterKeys(place: MasterKeyPlace): readonly MasterKey[] {
  const { named, folder, random, mayMake = true } = place;
  if (named !== undefined) return parseMasterKeys(named);
  const path = join(folder, 'master-key');
  if (!existsSync(path)) {
    if (!mayMake) return [];
    makeFile(folder, path, random);
  }
  try {
    chmodSync(path, 0o600);
    return parseMasterKeys(new Secret(readFileSync(path, 'utf8')));
  } catch (cause) {
    if (KeelsonError.is(cause)) throw cause;
    throw unusable(path, cause);
  }
}

/** Under another name first: nobody may find it half written, and of two starts at once only one may win. */
function makeFile(folder: string, path: string, random: Pick<Random, 'bytes'>): void {
  const draft = `${path}.${Buffer.from(random.bytes(6)).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(path, cause);
  }
  try {
    writeFileSync(draft, `${generateMasterKey((count) => random.bytes(count))}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    linkSync(draft, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw unusable(path, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function unusable(path: string, cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The master key at ${path} cannot be read or made.`, {
    hint: 'Let this user write to the folder, or set KEELSON_MASTER_KEY to where the key is.',
    cause,
  });
}
