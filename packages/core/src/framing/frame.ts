/**
 * What every framing shares: the frame, its reader and its writer. A framing knows how bytes become units and nothing
 * of what the units mean; that is a dialect's business.
 */

/** One unit of a framing, already decoded. */
export interface Frame {
  readonly event?: string;
  readonly data: string;
}

/** Bytes in, frames out. Any chunking of the bytes gives the same frames. */
export interface FrameReader {
  push(bytes: Uint8Array): Frame[];
  /** Call once, after the last byte: returns what the end of input completes, or throws when a frame was cut off. */
  end(): Frame[];
}

/** Frames in, bytes out: the inverse of the reader of the same framing. */
export interface FrameWriter {
  push(frames: Frame | readonly Frame[]): Uint8Array;
  /** Call once, after the last frame: returns the bytes that close the framing, possibly none. */
  end(): Uint8Array;
}

export type FramingName = 'sse' | 'ndjson' | 'eventstream' | 'bedrock-chunks' | 'json-array';
