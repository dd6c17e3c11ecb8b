/**
 * How long the sound of a WAV file is, at most. Of all other kinds nobody can tell by their bytes: silence can be packed into
 * nearly nothing.
 */

/** Uncompressed, floating point, and the two by which telephones write. */
const plainFormats: ReadonlySet<number> = new Set([1, 3, 6, 7]);
const extensible = 0xfffe;
const headerBytes = 12;
const chunkHeadBytes = 8;
const mostChunks = 64;

/** In seconds, rounded up; infinite where it is no such file. All bytes count as sound, whatever the file says of them. */
export function secondsOfWav(bytes: Buffer): number {
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 4) !== 'RIFF')
    return Number.POSITIVE_INFINITY;
  if (bytes.toString('latin1', 8, 12) !== 'WAVE') return Number.POSITIVE_INFINITY;
  let at = headerBytes;
  for (let count = 0; count < mostChunks && at + chunkHeadBytes + 26 <= bytes.length; count += 1) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'fmt ') return lengthBy(bytes, at + chunkHeadBytes, length);
    at += chunkHeadBytes + length + (length % 2);
  }
  return Number.POSITIVE_INFINITY;
}

function lengthBy(bytes: Buffer, at: number, length: number): number {
  const format = bytes.readUInt16LE(at);
  const channels = bytes.readUInt16LE(at + 2);
  const samplesEachSecond = bytes.readUInt32LE(at + 4);
  const bits = bytes.readUInt16LE(at + 14);
  const actual = format === extensible && length >= 26 ? bytes.readUInt16LE(at + 24) : format;
  const bytesEachSecond = (samplesEachSecond * channels * bits) / 8;
  if (!plainFormats.has(actual) || !(bytesEachSecond > 0)) return Number.POSITIVE_INFINITY;
  return Math.ceil(bytes.length / bytesEachSecond);
}
