/**
 * Encrypts every credential with the newest master key, in small parts. It holds nothing but the rows under way, so that it
 * may be stopped and begun again; a row that somebody changes meanwhile is read once more.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../../observability/index.ts';
import type { Sealer } from '../../secrets/index.ts';
import type { Storage } from '../../storage/index.ts';
import { placeOf } from './credential-content.ts';

export interface Resealed {
  readonly resealed: number;
  /** Rows that cannot be opened, each with the reason. They are left as they were. */
  readonly failed: readonly { readonly id: string; readonly error: KeelsonError }[];
}

interface ResealParts {
  readonly credentials: Storage['credentials'];
  readonly sealer: Sealer;
  readonly clock: Pick<Clock, 'sleep'>;
}

const rowsPerPart = 100;

export async function resealAll({ credentials, sealer, clock }: ResealParts): Promise<Resealed> {
  const failed: { id: string; error: KeelsonError }[] = [];
  let resealed = 0;
  let after = '';
  for (;;) {
    const rows = await credentials.listSealedOtherwise({ than: sealer.keyId, after, limit: rowsPerPart });
    for (const { id } of rows) {
      try {
        if (await resealOne(credentials, sealer, id)) resealed += 1;
      } catch (error) {
        if (!KeelsonError.is(error) || error.code !== 'configuration_invalid') throw error;
        failed.push({ id, error });
      }
      after = id;
    }
    if (rows.length < rowsPerPart) return { resealed, failed };
    // Others may write in between.
    await clock.sleep(1);
  }
}

async function resealOne(credentials: Storage['credentials'], sealer: Sealer, id: string): Promise<boolean> {
  for (;;) {
    const row = await credentials.findSealed(id);
    if (row === undefined || row.sealedWith === sealer.keyId) return false;
    const place = placeOf(id);
    const sealed = sealer.seal(sealer.open(row.sealed, place), place);
    if (await credentials.reseal(id, row.version, { sealed, sealedWith: sealer.keyId })) return true;
  }
}
