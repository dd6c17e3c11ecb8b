/**
 * Values that a flow keeps while it runs: only appended to, with checkpoints to go back to. Going back changes what the ledger
 * says and nothing else: effects outside are noted here, and never claimed to be undone.
 */
import type { Json, JsonObject } from '../json/index.ts';
import { BlockError } from './block-error.ts';
import type { Effects } from './effects.ts';

export interface LedgerEntry {
  readonly value: Json;
  readonly sourceBlockId: string;
  /** Milliseconds since 1970, as the writer's clock told. */
  readonly at: number;
  readonly metadata: JsonObject;
}

interface Writer {
  readonly sourceBlockId: string;
  readonly at: number;
  readonly metadata?: JsonObject;
}

type LedgerLine =
  | { readonly kind: 'append' | 'update'; readonly key: string; readonly entry: LedgerEntry }
  | { readonly kind: 'delete'; readonly key: string; readonly entry: LedgerEntry }
  | { readonly kind: 'effect'; readonly name: string; readonly effects: Effects; readonly at: number }
  | { readonly kind: 'rollback'; readonly to: number; readonly at: number };

export interface Checkpoint {
  readonly position: number;
}

/** What a rollback did, and what it could not do. */
export interface Rollback {
  readonly undone: number;
  /** Effects since the checkpoint: they happened, and still have. */
  readonly notUndone: readonly string[];
}

export class Ledger {
  readonly #lines: LedgerLine[] = [];
  #values = new Map<string, LedgerEntry>();

  /** Adds a key that is not there yet. */
  append(key: string, value: Json, writer: Writer): void {
    if (this.#values.has(key))
      throw misuse('append', `\`${key}\` is there already; update it, or choose another.`);
    this.#write('append', key, value, writer);
  }

  /** Gives a key that is there another value. */
  update(key: string, value: Json, writer: Writer): void {
    this.#mustHave(key, 'update');
    this.#write('update', key, value, writer);
  }

  delete(key: string, writer: Writer): void {
    this.#mustHave(key, 'delete');
    this.#write('delete', key, null, writer);
  }

  get(key: string): Json | undefined {
    return this.#values.get(key)?.value;
  }

  getEntry(key: string): LedgerEntry | undefined {
    return this.#values.get(key);
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Every line that was ever written, rollbacks included. */
  get lines(): readonly LedgerLine[] {
    return [...this.#lines];
  }

  /** Notes that something happened outside, so that no rollback pretends otherwise. */
  noteEffect(name: string, effects: Effects, at: number): void {
    this.#lines.push(Object.freeze({ kind: 'effect', name, effects, at }));
  }

  createCheckpoint(): Checkpoint {
    return Object.freeze({ position: this.#lines.length });
  }

  /**
   * Makes the values what they were. Where something that must not happen twice has happened since, it is refused, unless
   * `valuesOnly` says that the values alone are meant.
   */
  rollback(
    { position }: Checkpoint,
    { at, valuesOnly = false }: { readonly at: number; readonly valuesOnly?: boolean },
  ): Rollback {
    if (!Number.isSafeInteger(position) || position < 0 || position > this.#lines.length)
      throw misuse('rollback', 'The checkpoint is not of this ledger.');
    const since = this.#live(this.#lines.length).filter(({ index }) => index >= position);
    const effects = since.flatMap(({ line }) =>
      line.kind === 'effect' && line.effects !== 'none' ? [line] : [],
    );
    const notUndone = effects.map(({ name }) => name);
    if (!valuesOnly && effects.some((line) => line.effects === 'non_idempotent'))
      throw new BlockError({
        reason: 'rollback_not_supported_for_side_effects',
        errorType: 'internal',
        effect: 'done',
        details: { effects: notUndone.slice(0, 25) },
      });
    const undone = since.filter(({ line }) => line.kind !== 'effect').length;
    this.#lines.push(Object.freeze({ kind: 'rollback', to: position, at }));
    this.#replay();
    return { undone, notUndone };
  }

  #write(kind: 'append' | 'update' | 'delete', key: string, value: Json, writer: Writer): void {
    const { sourceBlockId, at, metadata = {} } = writer;
    // Whoever wrote it may go on changing its own object.
    const entry = Object.freeze({
      value: structuredClone(value),
      sourceBlockId,
      at,
      metadata: { ...metadata },
    });
    this.#lines.push(Object.freeze({ kind, key, entry }));
    if (kind === 'delete') this.#values.delete(key);
    else this.#values.set(key, entry);
  }

  #mustHave(key: string, what: string): void {
    if (!this.#values.has(key)) throw misuse(what, `\`${key}\` is not there; append it first.`);
  }

  /** Lines that hold, with their places: a rollback takes what is between its checkpoint and itself, but never an effect. */
  #live(end: number): { readonly line: LedgerLine; readonly index: number }[] {
    let live: { readonly line: LedgerLine; readonly index: number }[] = [];
    for (let index = 0; index < end; index += 1) {
      const line = this.#lines[index] as LedgerLine;
      if (line.kind === 'rollback')
        live = live.filter((one) => one.index < line.to || one.line.kind === 'effect');
      else live.push({ line, index });
    }
    return live;
  }

  #replay(): void {
    this.#values = new Map();
    for (const { line } of this.#live(this.#lines.length)) {
      if (line.kind === 'append' || line.kind === 'update') this.#values.set(line.key, line.entry);
      else if (line.kind === 'delete') this.#values.delete(line.key);
    }
  }
}

function misuse(what: string, message: string): BlockError {
  return new BlockError(
    { reason: 'invalid_payload', errorType: 'input', details: { ledger: what }, effect: 'not_started' },
    message,
  );
}
