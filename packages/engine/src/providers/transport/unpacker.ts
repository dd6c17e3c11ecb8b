/** Answers that come packed although nobody asked for it, unpacked as they pass. How much may come out is the reader's matter. */
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
} from 'node:zlib';

/** What all of them have in common. */
type Decoder = Pick<Gunzip, 'write' | 'end' | 'on' | 'once' | 'pause' | 'resume' | 'destroy'>;

const decoders: Readonly<Record<string, (first: number) => Decoder>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
  // Half of the servers that say `deflate` leave out the header of zlib, which begins with 8 in its low half.
  deflate: (first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw()),
};

export interface UnpackedReader {
  onBytes(bytes: Uint8Array): void;
  onEnd(): void;
  onDamage(cause: Error): void;
  /** Whether more bytes should wait. */
  onBusy(isBusy: boolean): void;
}

/** `undefined` for an answer that is not packed; throws nothing: an unknown packing is `false`. */
export function createUnpacker(
  packing: string | undefined,
  reader: UnpackedReader,
): Unpacker | undefined | false {
  const name = packing?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return undefined;
  const open = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  return open === undefined ? false : new Unpacker(open, reader);
}

export class Unpacker {
  readonly #open: (first: number) => Decoder;
  readonly #reader: UnpackedReader;
  #decoder: Decoder | undefined;
  #isPaused = false;

  constructor(open: (first: number) => Decoder, reader: UnpackedReader) {
    this.#open = open;
    this.#reader = reader;
  }

  push(bytes: Uint8Array): void {
    const [first] = bytes;
    if (first === undefined) return;
    this.#decoder ??= this.#start(first);
    if (this.#decoder.write(bytes)) return;
    this.#reader.onBusy(true);
    this.#decoder.once('drain', () => this.#reader.onBusy(false));
  }

  end(): void {
    if (this.#decoder === undefined) this.#reader.onEnd();
    else this.#decoder.end();
  }

  pause(): void {
    this.#isPaused = true;
    this.#decoder?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#decoder?.resume();
  }

  destroy(): void {
    this.#decoder?.destroy();
  }

  #start(first: number): Decoder {
    const decoder = this.#open(first);
    decoder.on('data', (bytes: Uint8Array) => this.#reader.onBytes(bytes));
    decoder.on('end', () => this.#reader.onEnd());
    decoder.on('error', (cause) => this.#reader.onDamage(cause));
    if (this.#isPaused) decoder.pause();
    return decoder;
  }
}
