/**
 * CRC-32 as ISO 3309, zip and the AWS event stream define it, over bytes. Browsers and edge runtimes have
 * none.
 */
const table = createTable();

/** Pass the checksum of the bytes before to go on from there. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let index = 0; index < bytes.length; index += 1) {
    crc = (table[(crc ^ (bytes[index] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function createTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    let entry = index;
    for (let bit = 0; bit < 8; bit += 1) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
    return entry;
  });
}
