/** Vectors as lists of numbers and as base64 of 32-bit floats, little endian; from one to the other without loss, or said. */
import type { EmbedVector, VectorEncoding, VectorValues } from './embedding.ts';
import type { Loss } from './loss.ts';

/** The numbers in a packed vector, exactly; undefined when the text is not a list of 32-bit floats. */
export function unpackFloats(packed: string): readonly number[] | undefined {
  try {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    if (bytes.length % 4 !== 0) return undefined;
    const view = new DataView(bytes.buffer);
    const floats = Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
    // JSON has no word for infinity and for what is not a number.
    return floats.every(Number.isFinite) ? floats : undefined;
  } catch {
    return undefined;
  }
}

export function packFloats(values: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  const bytes = new Uint8Array(view.buffer);
  let binary = '';
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** Whether 32 bits hold every number as it is. */
function isExact(values: readonly number[]): boolean {
  return values.every((value) => Object.is(Math.fround(value), value));
}

const integers: ReadonlySet<string> = new Set(['int8', 'uint8', 'binary', 'ubinary']);

function isIntegers(values: VectorValues | undefined): values is VectorValues {
  return Array.isArray(values) && values.every(Number.isInteger);
}

/** Whether a wire value is a vector. */
export function isVector(value: unknown): value is VectorValues {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.every((entry) => typeof entry === 'number'))
  );
}

/** Where in a result a vector stands, and what a rendering of it reports. */
export interface VectorPlace {
  readonly index: number;
  readonly losses: Loss[];
}

/** The vector in the wanted encoding, made from another one where that is possible. */
export function vectorAs(
  { values }: EmbedVector,
  wanted: VectorEncoding,
  { index, losses }: VectorPlace,
): VectorValues | undefined {
  const found = Object.hasOwn(values, wanted) ? values[wanted] : undefined;
  if (found !== undefined) return found;
  // Formats that name the kind only in the request answer with a plain list.
  if (integers.has(wanted)) return isIntegers(values.float) ? values.float : undefined;
  if (wanted === 'float') return typeof values.base64 === 'string' ? unpackFloats(values.base64) : undefined;
  if (wanted !== 'base64' || !Array.isArray(values.float)) return undefined;
  const floats = values.float as readonly number[];
  if (!isExact(floats)) {
    const detail = 'Packed as 32-bit floats, which are the nearest ones to the numbers given.';
    losses.push({ field: `vectors[${index}].values.float`, action: 'emulated', detail });
  }
  return packFloats(floats);
}

/** The first of the wanted encodings that can be had, or whatever there is, with a loss that says so. */
export function anyVector(
  vector: EmbedVector,
  wanted: VectorEncoding,
  place: VectorPlace,
): { readonly encoding: VectorEncoding; readonly values: VectorValues } {
  const values = vectorAs(vector, wanted, place);
  if (values !== undefined) return { encoding: wanted, values };
  const [first] = Object.entries(vector.values);
  const detail =
    first === undefined
      ? `No vector was given; an empty one stands in its place.`
      : `No \`${wanted}\` was given; this is \`${first[0]}\`.`;
  place.losses.push({ field: `vectors[${place.index}].values.${wanted}`, action: 'emulated', detail });
  return first === undefined ? { encoding: wanted, values: [] } : { encoding: first[0], values: first[1] };
}
