// Notices that files were saved, by looking at them twice a second: that works on every disk, with every editor and with every
// way of exchanging a file. A file counts when it has been left alone for one look, so that nobody reads half of it.
import type { Clock } from '@keelson/engine';
import { signatureOf } from './configuration-files.ts';

export interface FileWatchSettings {
  readonly clock: Clock;
  readonly files: readonly string[];
  /** As they were when they were read. */
  readonly known: ReadonlyMap<string, string>;
  /** With the files that are gone. What it rejects with is told again after a while, with the next call. */
  onChange(missing: readonly string[]): Promise<void>;
}

const lookEveryMs = 500;

export class FileWatch {
  readonly #settings: FileWatchSettings;
  readonly #stop: () => void;
  #known: string;
  #seen: string;
  #isBusy = false;

  constructor(settings: FileWatchSettings) {
    this.#settings = settings;
    this.#known = joinAll(settings.files.map((file) => settings.known.get(file)));
    this.#seen = this.#known;
    this.#stop = settings.clock.every(lookEveryMs, () => void this.look());
  }

  /** These were just read, or written by this process. */
  note(signatures: ReadonlyMap<string, string>): void {
    this.#known = joinAll(this.#settings.files.map((file) => signatures.get(file)));
    this.#seen = this.#known;
  }

  /** As if it had never looked, so that the next looks find everything new. */
  forget(): void {
    this.#known = '';
  }

  async look(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const signatures = await Promise.all(this.#settings.files.map(signatureOf));
      const now = joinAll(signatures);
      const isQuiet = now === this.#seen;
      this.#seen = now;
      if (!isQuiet || now === this.#known) return;
      this.#known = now;
      await this.#settings.onChange(this.#settings.files.filter((_, at) => signatures[at] === undefined));
    } finally {
      this.#isBusy = false;
    }
  }

  stop(): void {
    this.#stop();
  }
}

function joinAll(signatures: readonly (string | undefined)[]): string {
  return JSON.stringify(signatures.map((signature) => signature ?? null));
}
