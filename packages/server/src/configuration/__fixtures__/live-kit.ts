/** A configuration in force in an engine of its own, with files in a folder of its own and a clock that is moved by hand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@keelson/core';
import {
  type Clock,
  createLog,
  type Engine,
  openEngine,
  openStorage,
  type Storage,
  silentLog,
  systemClock,
} from '@keelson/engine';
import type { ServerSettings } from '../../http/index.ts';
import type { LiveConfiguration } from '../live-configuration.ts';
import { loadProviders, loadStart, openConfiguration } from '../open-configuration.ts';

export interface LiveKit {
  readonly live: LiveConfiguration;
  readonly engine: Engine;
  readonly storage: Storage;
  /** As the server sees them. */
  readonly settings: ServerSettings;
  readonly file: string;
  readonly folder: string;
  readonly lines: string[];
  write(text: string): void;
  read(): string;
  /** As if half a second had passed. */
  tick(): void;
  close(): Promise<void>;
}

export interface KitSettings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where several share a folder. */
  readonly folder?: string;
  readonly storage?: Storage;
}

export async function openKit(text: string, kit: KitSettings = {}): Promise<LiveKit> {
  const { environment = {}, folder = mkdtempSync(join(tmpdir(), 'keelson-configuration-')) } = kit;
  const file = join(folder, 'keelson.config.yaml');
  writeFileSync(file, text);
  const beats = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    every: (_, run) => {
      beats.add(run);
      return () => beats.delete(run);
    },
  };
  const lines: string[] = [];
  const start = await loadStart({
    environment: { KEELSON_DATA: join(folder, 'data'), ...environment },
    folder,
    homeFolder: folder,
    clock,
    readText: (path) => readFileSync(path, 'utf8'),
  });
  const target = { kind: 'sqlite', path: ':memory:' } as const;
  const storage = kit.storage ?? (await openStorage(target, { clock: systemClock, log: silentLog }));
  const log = createLog({ level: start.settings.logLevel, write: (line) => void lines.push(line) });
  const { providers } = await loadProviders(start);
  const budgets = { journalFolder: join(folder, 'journal') };
  const registry = createRegistry([]);
  const loadCards = async () => registry;
  const { lockfile } = start;
  const engine = openEngine({ providers, storage, budgets, log, ...(lockfile && { lockfile: lockfile.opened }) });
  await engine.limits?.ready;
  const parts = { providers, engine, registry, loadCards, storage, log };
  const { live, close } = await openConfiguration(start, parts);
  live.begin();
  return {
    live,
    engine,
    storage,
    settings: start.settings,
    file,
    folder,
    lines,
    write: (changed) => writeFileSync(file, changed),
    read: () => readFileSync(file, 'utf8'),
    tick: () => {
      for (const run of beats) run();
    },
    close: async () => {
      await close();
      await engine.close();
      if (kit.storage === undefined) await storage.close();
      if (kit.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const plain = `# a comment that stays
log: { level: warn }
providers:
  simulator: { baseUrl: "http://127.0.0.1:1" }
aliases:
  chat: [simulator:a]
budgets:
  - { id: all, scope: workspace, subject: default, measure: requests, window: day, limit: 5 }
`;
