/**
 * The journal of one process: a line is in the system's hands before its call is sent, so that no way of dying loses it. It
 * is written in pieces, and a piece whose calls are all settled and counted goes.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import { holdProcessLock, type ProcessLock } from '../storage/index.ts';
import { renderLine } from './journal-line.ts';

export interface JournalFiles {
  open(path: string): number;
  /** How many bytes were written. */
  write(file: number, bytes: Buffer): number;
  cut(file: number, size: number): void;
}

export interface JournalSettings {
  readonly folder: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Log;
  /** `each` waits for the disk at every line; a number of milliseconds is the most that a power failure can take. */
  readonly sync?: 'each' | number;
  /** Bytes after which another piece is begun. */
  readonly pieceBytes?: number;
  /** Tests let writing fail. */
  readonly files?: JournalFiles;
}

export interface JournalEntry {
  readonly callId: string;
  readonly at: number;
  /** The inside of a list of `"id",window,amount`. */
  readonly shares: string;
  /** The text of a JSON object. */
  readonly facts: string;
}

export interface Piece {
  readonly number: number;
  readonly path: string;
  readonly file: number;
  size: number;
  /** Calls of it that are not over. */
  open: number;
  /** The last line that matters to it. */
  last: number;
}

const systemFiles: JournalFiles = {
  open: (path) => openSync(path, 'ax', 0o600),
  write: (file, bytes) => writeSync(file, bytes),
  cut: (file, size) => ftruncateSync(file, size),
};

const usualSyncMs = 100;
const usualPieceBytes = 16 * 1024 * 1024;

export const lockName = (owner: string): string => `${owner}.lock`;
const pieceName = (owner: string, number: number): string => `${owner}.${number}.journal`;

export class Journal {
  readonly #settings: JournalSettings;
  readonly #files: JournalFiles;
  readonly #pieceBytes: number;
  readonly #pieces: Piece[] = [];
  readonly #stopSyncing: () => void;
  readonly #lock: ProcessLock;
  #number = 0;
  /** Lines about calls that are over, until the end of this turn of the event loop. */
  #waiting = '';
  #isScheduled = false;
  #isUnsynced = false;
  /** Half a line stands at the end and could not be taken back. */
  #isBroken = false;
  #isClosed = false;

  constructor(settings: JournalSettings) {
    this.#settings = settings;
    this.#files = settings.files ?? systemFiles;
    const { folder, owner, clock, sync = usualSyncMs, pieceBytes = usualPieceBytes } = settings;
    this.#pieceBytes = pieceBytes;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#lock = holdProcessLock(join(folder, lockName(owner))) as ProcessLock;
    this.#begin();
    this.#stopSyncing = typeof sync === 'number' ? clock.every(sync, () => this.#sync()) : () => {};
  }

  /** The number of the last line that was written or waits for it. */
  get last(): number {
    return this.#number;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Written when it returns; throws `budget_unavailable` and has written nothing. */
  reserved(entry: JournalEntry): Piece {
    const piece = this.#pieces.at(-1) as Piece;
    const number = this.#number + 1;
    this.#write(this.#waiting + renderLine('r', number, entry));
    this.#waiting = '';
    this.#number = number;
    piece.open += 1;
    piece.last = number;
    return piece;
  }

  /** Written at the end of this turn, or with the next line of a call that is to be sent. */
  settled(piece: Piece, entry: JournalEntry): void {
    this.#number += 1;
    this.#waiting += renderLine('s', this.#number, entry);
    piece.open -= 1;
    piece.last = this.#number;
    // Both the piece that began the call and the one that ends it matter until this line is counted.
    (this.#pieces.at(-1) as Piece).last = this.#number;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#waiting === '' || this.#isClosed) return;
      try {
        this.flush();
      } catch (error) {
        // They stay in memory, and nothing more is sent until they are written.
        this.#settings.log.error('The journal of calls cannot be written.', { error });
      }
    });
  }

  /** All lines so far are in the system's hands when it returns. */
  flush(): void {
    if (this.#waiting === '') return;
    this.#write(this.#waiting);
    this.#waiting = '';
  }

  /** Whether there may be anything to forget. */
  get isLong(): boolean {
    return this.#pieces.length > 1 || (this.#pieces.at(-1)?.size ?? 0) > this.#pieceBytes;
  }

  /** Removes pieces of which nothing matters any more, now that all up to this line is counted. */
  forget(counted: number): void {
    this.flush();
    if ((this.#pieces.at(-1) as Piece).size > this.#pieceBytes) this.#begin();
    // In their order: a call may begin in one piece and end in another.
    while (this.#pieces.length > 1) {
      const oldest = this.#pieces[0] as Piece;
      if (oldest.open > 0 || oldest.last > counted) return;
      this.#pieces.shift();
      this.#remove(oldest);
    }
  }

  /** When everything is counted, the files go; otherwise they stay for whoever comes next. */
  close(isCounted: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopSyncing();
    for (const piece of this.#pieces) {
      if (isCounted) this.#remove(piece);
      else closeSync(piece.file);
    }
    this.#lock.release();
    if (isCounted) unlinkSync(join(this.#settings.folder, lockName(this.#settings.owner)));
  }

  #remove({ file, path }: Piece): void {
    closeSync(file);
    unlinkSync(path);
  }

  #begin(): void {
    const { folder, owner } = this.#settings;
    const number = (this.#pieces.at(-1)?.number ?? 0) + 1;
    const path = join(folder, pieceName(owner, number));
    const piece = { number, path, file: this.#files.open(path), size: 0, open: 0, last: this.#number };
    this.#pieces.push(piece);
  }

  #write(text: string): void {
    const piece = this.#pieces.at(-1) as Piece;
    const bytes = Buffer.from(this.#isBroken ? `\n${text}` : text);
    try {
      const written = this.#files.write(piece.file, bytes);
      if (written !== bytes.length) throw new Error('The disk took only a part of the line.');
      if (this.#settings.sync === 'each') fdatasyncSync(piece.file);
    } catch (error) {
      this.#takeBack(piece);
      throw unwritable(error);
    }
    piece.size += bytes.length;
    this.#isBroken = false;
    this.#isUnsynced = true;
  }

  /** Half a line must not stand before the next one. */
  #takeBack(piece: Piece): void {
    try {
      this.#files.cut(piece.file, piece.size);
    } catch {
      this.#isBroken = true;
    }
  }

  #sync(): void {
    if (!this.#isUnsynced) return;
    this.#isUnsynced = false;
    const piece = this.#pieces.at(-1) as Piece;
    fdatasync(piece.file, (error) => {
      if (error === null || this.#isClosed) return;
      this.#isUnsynced = true;
      this.#settings.log.error('The journal of calls cannot be brought to the disk.', { error });
    });
  }
}

function unwritable(cause: unknown): KeelsonError {
  return new KeelsonError(
    'budget_unavailable',
    'The journal of calls cannot be written, so nothing is sent.',
    {
      hint: 'Free some space, or let this process write to its data folder.',
      cause,
    },
  );
}
