/**
 * How writes of durable runs reach the disk. With a server each is a transaction of its own. In an embedded file, which has one
 * writer, those that wait are written together, and the disk is waited for once: what a run is told to be written outlives
 * a power failure, whatever the rest of the database is content with.
 */
import { type Kysely, sql } from 'kysely';
import type { EngineGaps } from './engine-gaps.ts';
import type { Schema } from './schema.ts';

type Operation<Result> = (db: Kysely<Schema>) => Promise<Result>;

export interface RunTurns {
  /** One statement. */
  write<Result>(operation: Operation<Result>): Promise<Result>;
  /** Several statements, all or none. */
  transact<Result>(operation: Operation<Result>): Promise<Result>;
}

export function createRunTurns(db: Kysely<Schema>, gaps: EngineGaps): RunTurns {
  if (gaps.isOneWriter) {
    const turns = new SharedTurns(db);
    return {
      write: (operation) => turns.write(operation),
      transact: (operation) => turns.write(operation),
    };
  }
  return {
    write: (operation) => operation(db),
    transact: (operation) => db.transaction().execute(operation),
  };
}

interface Waiting {
  readonly operation: Operation<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** So that nobody waits long for the connection, which everything else uses as well. */
const mostTogether = 64;

class SharedTurns {
  readonly #db: Kysely<Schema>;
  readonly #waiting: Waiting[] = [];
  #isWriting = false;
  #usual: string | undefined;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  write<Result>(operation: Operation<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve: (result) => resolve(result as Result), reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // Whoever asks in the same breath comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostTogether);
      try {
        const results = await this.#transact(batch);
        for (const [index, { resolve }] of batch.entries()) resolve(results[index]);
      } catch (error) {
        // One of them, or all: each finds out by itself.
        if (batch.length === 1) batch[0]?.reject(error);
        else await this.#writeEach(batch);
      }
    }
    this.#isWriting = false;
  }

  async #writeEach(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) {
      try {
        const [result] = await this.#transact([waiting]);
        waiting.resolve(result);
      } catch (error) {
        waiting.reject(error);
      }
    }
  }

  async #transact(batch: readonly Waiting[]): Promise<unknown[]> {
    return this.#db.connection().execute(async (connection) => {
      this.#usual ??= await readSynchronous(connection);
      await sql`pragma synchronous = full`.execute(connection);
      try {
        return await connection.transaction().execute(async (locked) => {
          const results: unknown[] = [];
          for (const { operation } of batch) results.push(await operation(locked));
          return results;
        });
      } finally {
        await sql`pragma synchronous = ${sql.raw(this.#usual)}`.execute(connection);
      }
    });
  }
}

async function readSynchronous(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
  return String(rows[0]?.synchronous ?? 2);
}
