/**
 * CRC-32 as ISO 3309, zip and the AWS event stream define it, over bytes. Browsers and edge runtimes have
 * none. Every byte of an event stream passes here, so eight are taken at a time: table `n` holds what a byte
 * does to the checksum when `n` more bytes follow it.
 */
const tables = createTables();

/** A part of some bytes; whole when neither end is given. */
export interface CrcRange {
  readonly start?: number;
  readonly end?: number;
  /** The checksum of the bytes before, to go on from there. */
  readonly before?: number;
}

export function crc32(
  bytes: Uint8Array,
  { start = 0, end = bytes.length, before = 0 }: CrcRange = {},
): number {
  let crc = ~before;
  let at = start;
  for (; end - at >= 8; at += 8) {
    const low = crc ^ wordAt(bytes, at);
    const high = wordAt(bytes, at + 4);
    crc =
      entry(0x700, low) ^
      entry(0x600, low >>> 8) ^
      entry(0x500, low >>> 16) ^
      entry(0x400, low >>> 24) ^
      entry(0x300, high) ^
      entry(0x200, high >>> 8) ^
      entry(0x100, high >>> 16) ^
      entry(0, high >>> 24);
  }
  for (; at < end; at += 1) crc = entry(0, crc ^ (bytes[at] as number)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function entry(table: number, byte: number): number {
  return tables[table | (byte & 0xff)] as number;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Eight tables of 256 entries, one after the other. */
function createTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let index = 0; index < 256; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    made[index] = value;
  }
  for (let index = 256; index < made.length; index += 1) {
    const before = made[index - 256] as number;
    made[index] = (made[before & 0xff] as number) ^ (before >>> 8);
  }
  return made;
}
