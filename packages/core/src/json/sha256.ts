/**
 * SHA-256 (FIPS 180-4) of bytes, at once: the runtimes we run in share only one that must be awaited. Good for tens of
 * megabytes a second; whatever hashes at volume should use what its runtime offers.
 */

/** Bits of the fractional part of `root`, as one unsigned word; exact for the small primes that are used here. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The standard defines its constants by the roots of the first primes. Made when first needed. */
let constants: { readonly start: Int32Array; readonly round: Int32Array } | undefined;

function loadConstants() {
  constants ??= {
    start: Int32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime))),
    round: Int32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime))),
  };
  return constants;
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

const blockBytes = 64;
const lengthBytes = 8;

/** The message, a one bit, zeros, and the length in bits: whole blocks. */
function pad(bytes: Uint8Array): DataView {
  const blocks = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes);
  const padded = new Uint8Array(blocks * blockBytes);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function fillSchedule(words: Int32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + i * 4);
  for (let i = 16; i < 64; i++) {
    const before = words[i - 15] as number;
    const near = words[i - 2] as number;
    const small0 = rotate(before, 7) ^ rotate(before, 18) ^ (before >>> 3);
    const small1 = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    words[i] = (words[i - 16] as number) + small0 + (words[i - 7] as number) + small1;
  }
}

/** One local per register, because taking them out of a list costs ten times as much. */
function compress(state: Int32Array, words: Int32Array, round: Int32Array): void {
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (round[i] as number) + (words[i] as number)) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function digest(bytes: Uint8Array): Int32Array {
  const { start, round } = loadConstants();
  const state = Int32Array.from(start);
  const words = new Int32Array(64);
  const view = pad(bytes);
  for (let offset = 0; offset < view.byteLength; offset += blockBytes) {
    fillSchedule(words, view, offset);
    compress(state, words, round);
  }
  return state;
}

/** The digest as 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = digest(bytes);
  const view = new DataView(new ArrayBuffer(state.length * 4));
  for (let at = 0; at < state.length; at++) view.setInt32(at * 4, state[at] as number);
  return new Uint8Array(view.buffer);
}

/** The digest in lower-case hexadecimal; text is hashed as UTF-8. */
export function sha256Hex(input: Uint8Array | string): string {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  return Array.from(digest(bytes), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
