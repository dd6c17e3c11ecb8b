/** Files for prompts: each is read and encoded once, and again only when it has changed. */
import { KeelsonError, type Part, sha256Hex } from '@keelson/core';

/** Where the bytes of a file come from. */
export interface FileSource {
  readonly name?: string;
  readonly mediaType?: string;
  /** What changes whenever the content does, and costs less to ask for. */
  version(): Promise<string>;
  read(): Promise<Uint8Array>;
}

export interface FileOptions {
  /** Such as `application/pdf`; by the file itself when left out. */
  readonly mediaType?: string;
  readonly title?: string;
}

interface Read {
  readonly version: string;
  readonly sha256: string;
  readonly part: Part;
}

/** A file that can stand in a prompt, in as many as one likes. */
export class KeelsonFile {
  readonly #source: FileSource;
  readonly #options: FileOptions;
  #reading: Promise<Read> | undefined;

  constructor(source: FileSource, options: FileOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** SHA-256 of its content, in hexadecimal. */
  async sha256(): Promise<string> {
    return (await this.#current()).sha256;
  }

  async part(): Promise<Part> {
    return (await this.#current()).part;
  }

  async #current(): Promise<Read> {
    const [version, known] = await Promise.all([
      this.#source.version(),
      this.#reading?.catch(() => undefined),
    ]);
    if (known?.version === version) return known;
    this.#reading = this.#read(version);
    return this.#reading;
  }

  async #read(version: string): Promise<Read> {
    const { name, mediaType: ownType } = this.#source;
    const bytes = await this.#source.read();
    const mediaType = this.#options.mediaType ?? ownType;
    if (mediaType === undefined || mediaType === '')
      throw new KeelsonError('invalid_request', `What kind of file ${name ?? 'this'} is cannot be told.`, {
        hint: 'Say it: `file(source, { mediaType: "application/pdf" })`.',
        details: { field: 'mediaType' },
      });
    return { version, sha256: sha256Hex(bytes), part: partOf(bytes, mediaType, this.#options.title ?? name) };
  }
}

/**
 * @example
 * const invoice = file(blob);
 * await keelson.chat({ model: 'pdf_reader', prompt: [invoice, 'What is the sum?'] });
 */
export function file(source: Blob | FileSource, options: FileOptions = {}): KeelsonFile {
  return new KeelsonFile('arrayBuffer' in source ? blobSource(source) : source, options);
}

/** A blob never changes. */
function blobSource(blob: Blob): FileSource {
  const { name } = blob as Blob & { readonly name?: string };
  return {
    ...(name !== undefined && { name }),
    mediaType: blob.type.split(';')[0] ?? '',
    version: async () => '',
    read: async () => new Uint8Array(await blob.arrayBuffer()),
  };
}

const texts = /^text\/|^application\/(?:json|xml|yaml)$/;

function partOf(bytes: Uint8Array, mediaType: string, title: string | undefined): Part {
  const source = { kind: 'base64', data: encodeBase64(bytes), mediaType } as const;
  const kind = mediaType.slice(0, mediaType.indexOf('/'));
  if (kind === 'image' || kind === 'audio' || kind === 'video') return { type: kind, source };
  const named = title === undefined ? {} : { title };
  if (!texts.test(mediaType)) return { type: 'document', source, ...named };
  const text = new TextDecoder().decode(bytes);
  return { type: 'document', source: { kind: 'text', text, mediaType }, ...named };
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
