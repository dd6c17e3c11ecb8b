/** Answers in the memory of this process: bounded in bytes, and those that nobody has asked for longest go first. */
import type { AnswerKey, AnswerStore, HeldAnswers, Lifetime } from './answer-store.ts';

/** What an entry takes besides its bytes and its names. */
const bytesPerEntry = 200;

/** Here nothing has to be waited for. */
export interface SynchronousStore extends AnswerStore {
  get(key: AnswerKey): Uint8Array | undefined;
  set(key: AnswerKey, sealed: Uint8Array, lifetime: Lifetime): void;
  remove(key: AnswerKey): void;
}

export function createMemoryStore({ maxBytes }: { readonly maxBytes: number }): SynchronousStore {
  return new MemoryStore(maxBytes);
}

class MemoryStore implements SynchronousStore {
  readonly name = 'memory';
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: AnswerKey): Uint8Array | undefined {
    const name = nameOf(key);
    const sealed = this.#entries.get(name);
    if (sealed === undefined) return undefined;
    this.#entries.delete(name);
    this.#entries.set(name, sealed);
    return sealed;
  }

  set(key: AnswerKey, sealed: Uint8Array): void {
    const name = nameOf(key);
    this.#forget(name);
    const size = sizeOf(name, sealed);
    if (size > this.#maxBytes) return;
    this.#entries.set(name, sealed);
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  remove(key: AnswerKey): void {
    this.#forget(nameOf(key));
  }

  async measure(workspaces: readonly string[]): Promise<HeldAnswers> {
    let entries = 0;
    let bytes = 0;
    for (const name of this.#namesOf(workspaces)) {
      entries += 1;
      bytes += this.#entries.get(name)?.byteLength ?? 0;
    }
    return { entries, bytes };
  }

  async forget(workspaces: readonly string[] | 'all'): Promise<number> {
    const names = workspaces === 'all' ? [...this.#entries.keys()] : this.#namesOf(workspaces);
    for (const name of names) this.#forget(name);
    return names.length;
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #namesOf(workspaces: readonly string[]): string[] {
    const wanted = new Set(workspaces);
    return [...this.#entries.keys()].filter((name) => wanted.has(workspaceOf(name)));
  }

  #forget(name: string): void {
    const sealed = this.#entries.get(name);
    if (sealed === undefined) return;
    this.#entries.delete(name);
    this.#bytes -= sizeOf(name, sealed);
  }
}

/** A hash has no space in it. */
function workspaceOf(name: string): string {
  return name.slice(name.indexOf(' ') + 1);
}

function nameOf({ workspace, hash }: AnswerKey): string {
  return `${hash} ${workspace}`;
}

function sizeOf(name: string, { byteLength }: Uint8Array): number {
  return byteLength + 2 * name.length + bytesPerEntry;
}
