/** The databases of the proof, each new and empty whenever one is asked for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StorageTarget } from '@keelson/engine';

export interface Database {
  readonly name: string;
  /** A new and empty one each time. */
  create(): Promise<StorageTarget>;
  remove(): Promise<void>;
}

export function openSqlite(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-budget-'));
  let made = 0;
  return {
    name: 'SQLite',
    create: async () => {
      made += 1;
      return { kind: 'sqlite', path: join(folder, `${made}.db`) };
    },
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

/** A server for each, which ends with this process. */
export function openPostgres(): Database {
  const servers: ChildProcess[] = [];
  return {
    name: 'PostgreSQL',
    create: async () => {
      const server = spawn(process.execPath, [join(import.meta.dirname, '../../tools/postgres/serve.ts')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      servers.push(server);
      const { url, problem } = await readFirstLine(server);
      if (url === undefined) throw new Error(`There is no PostgreSQL server: ${problem}`);
      return { kind: 'postgres', url };
    },
    remove: async () => {
      await Promise.all(servers.map(end));
    },
  };
}

/** A server that ends without a word would otherwise be waited for without anything that keeps this process alive. */
async function readFirstLine(server: ChildProcess): Promise<{ url?: string; problem?: string }> {
  const ended = once(server, 'exit').then(([code]) => ({ problem: `it ended with ${code}.` }));
  const said = once(createInterface({ input: server.stdout as NodeJS.ReadableStream }), 'line');
  const first = said.then(([line]) => JSON.parse(line as string) as { url?: string; problem?: string });
  return Promise.race([first, ended]);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.stdin?.end();
  await exit;
}
