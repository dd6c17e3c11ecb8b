/** The faults that strike the bytes of an answer: which pieces are written, cut, corrupted or held back, and when. */
import type { Fault } from '../faults/index.ts';
import type { Step } from './delivery.ts';

/** The steps of an answer in pieces, one per frame or chunk, with the fault carried out. */
export function* strikeBytes(
  pieces: readonly Uint8Array[],
  fault: Fault | undefined,
  chunksMs = 0,
): Iterable<Step> {
  switch (fault?.name) {
    case 'reset-mid-stream':
      yield* pace(pieces.slice(0, strikeAt(pieces, fault)), chunksMs);
      yield { type: 'reset' };
      return;
    case 'truncated-frame':
      yield* pace(cutPiece(pieces, strikeAt(pieces, fault)), chunksMs);
      return;
    case 'wrong-crc':
      yield* pace(corruptPiece(pieces, strikeAt(pieces, fault)), chunksMs);
      return;
    case 'stall-between-chunks':
      yield* pace(pieces.slice(0, strikeAt(pieces, fault)), chunksMs);
      yield { type: 'wait', ms: fault.settings.for ?? 0 };
      yield* pace(pieces.slice(strikeAt(pieces, fault)), chunksMs);
      return;
    case 'slow-drip':
      yield* pace(cutInto(pieces, fault.settings.bytes ?? 1), fault.settings.every ?? 0);
      return;
    case 'one-byte-per-packet':
      yield* pace(cutInto(pieces, 1), 0);
      return;
    case 'empty-body':
      return;
    default:
      yield* pace(pieces, chunksMs);
  }
}

/** The piece that is struck: as asked, but always before the end, so that a short answer is struck as well. */
function strikeAt(pieces: readonly Uint8Array[], { settings }: Fault): number {
  return Math.max(0, Math.min(settings.after ?? 1, pieces.length - 1));
}

function* pace(pieces: Iterable<Uint8Array>, betweenMs: number): Iterable<Step> {
  let isFirst = true;
  for (const bytes of pieces) {
    if (!isFirst && betweenMs > 0) yield { type: 'wait', ms: betweenMs };
    isFirst = false;
    yield { type: 'write', bytes };
  }
}

function cutPiece(pieces: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  const piece = pieces[at];
  if (piece === undefined) return pieces;
  return [...pieces.slice(0, at), piece.subarray(0, Math.ceil(piece.length / 2))];
}

/** Turns one bit of the last byte, which belongs to the checksum of an event-stream message. */
function corruptPiece(pieces: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  return pieces.map((piece, index) => {
    if (index !== at) return piece;
    const corrupt = Uint8Array.from(piece);
    corrupt[corrupt.length - 1] = (corrupt.at(-1) ?? 0) ^ 1;
    return corrupt;
  });
}

function* cutInto(pieces: readonly Uint8Array[], size: number): Iterable<Uint8Array> {
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += size) yield piece.subarray(start, start + size);
  }
}
