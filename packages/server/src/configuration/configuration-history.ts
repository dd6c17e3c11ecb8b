// The line of configurations that were in force, as the database keeps it for all processes of an installation: whoever sees a
// new one first writes it down.
import type { Json } from '@keelson/core';
import type { Clock, Storage, StoredConfiguration } from '@keelson/engine';
import type { ConfigurationChange } from './configuration-changes.ts';

export interface HistoryParts {
  readonly storage: Pick<Storage, 'configurations'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface NewEntry {
  readonly by: string;
  readonly digest: string;
  readonly text: string;
  readonly changes: readonly ConfigurationChange[];
}

const recent = 20;
const mostTries = 5;

export class ConfigurationHistory {
  readonly #parts: HistoryParts;
  /** The newest that this process knows; undefined before it has looked. */
  #seen: number | undefined;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** Its number, if it was this process that wrote it down. */
  async add({ by, digest, text, changes }: NewEntry): Promise<number | undefined> {
    const { storage, clock } = this.#parts;
    for (let tries = 0; tries < mostTries; tries++) {
      const entries = await storage.configurations.list({ limit: recent });
      const newest = entries[0]?.number ?? 0;
      const seen = this.#seen ?? newest;
      // Somebody who was quicker may by now have gone on to the next one.
      const isKnown = entries.some(
        (each) => each.digest === digest && (each.number > seen || each.number === newest),
      );
      this.#seen = newest;
      if (isKnown) return undefined;
      const number = newest + 1;
      const entry = { number, at: clock.now(), by, digest, text, changes: changes as unknown as Json };
      if (!(await storage.configurations.append(entry))) continue;
      this.#seen = number;
      return number;
    }
    return undefined;
  }

  list(page: { readonly limit: number; readonly before?: number }): Promise<readonly StoredConfiguration[]> {
    return this.#parts.storage.configurations.list(page);
  }

  find(number: number): Promise<StoredConfiguration | undefined> {
    return this.#parts.storage.configurations.find(number);
  }

  withdraw(number: number): Promise<void> {
    return this.#parts.storage.configurations.withdraw(number);
  }
}
