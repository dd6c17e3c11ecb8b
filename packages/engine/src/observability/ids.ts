/** Ids of calls and rows: UUIDs of version 7, so that their order is that of their making. */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const bytesPerId = 8;
const idsPerDraw = 64;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A maker of ids that sort by time, and within a millisecond by the order in which this process made them. */
export function createIds(clock: Pick<Clock, 'now'>, random: Random): () => string {
  let lastMs = 0;
  let counter = 0;
  // For many ids at once: an array of eight bytes costs more than the id that is made of it.
  let drawn: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      counter = 0;
    } else {
      counter += 1;
      // Twelve bits of counter; what does not fit borrows from the time to come.
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    if (used === drawn.length) {
      drawn = random.bytes(bytesPerId * idsPerDraw);
      used = 0;
    }
    used += bytesPerId;
    return format(lastMs, counter, drawn, used - bytesPerId);
  };
}

function format(ms: number, counter: number, bytes: Uint8Array, from: number): string {
  const time = ms.toString(16).padStart(12, '0');
  const count = (0x7000 | counter).toString(16);
  const at = (index: number): string => hex[bytes[from + index] as number] as string;
  const variant = hex[0x80 | ((bytes[from] as number) & 0x3f)] as string;
  return `${time.slice(0, 8)}-${time.slice(8)}-${count}-${variant}${at(1)}-${at(2)}${at(3)}${at(4)}${at(5)}${at(6)}${at(7)}`;
}
