/** Chance that is the same each time for the same seed. For tests alone: whoever knows the seed knows all that is drawn. */
import { createHash } from 'node:crypto';
import type { Random } from '../../observability/index.ts';

const bytesOfFloat = 6;

export function seededRandom(seed: string): Random {
  let drawn = 0;
  let pool = Buffer.alloc(0);
  const take = (count: number): Buffer => {
    while (pool.length < count) {
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed}/${drawn}`).digest()]);
      drawn += 1;
    }
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return taken;
  };
  return {
    float: () => take(bytesOfFloat).readUIntBE(0, bytesOfFloat) / 2 ** (8 * bytesOfFloat),
    bytes: (count) => Uint8Array.from(take(count)),
  };
}
