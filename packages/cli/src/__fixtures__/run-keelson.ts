/** The command as a process, as it is published: bundled once, then spawned with an environment of nothing but what a test gives. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

let known: string | undefined;

/** Where the bundle lies; written first where a source has changed. */
export function findKeelson(): string {
  known ??= execFileSync(process.execPath, [join(root, 'tools/build/bundle-command.ts')], {
    encoding: 'utf8',
  }).trim();
  return known;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const environmentOf = ({ folder, env }: RunOptions) => ({
  PATH: process.env.PATH ?? '',
  HOME: folder ?? tmpdir(),
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/keelson/command-code'),
  ...env,
});

export function keelson(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [findKeelson(), ...words],
      { cwd: options.folder ?? tmpdir(), env: environmentOf(options), maxBuffer: 64 * 1024 * 1024 },
      (_error, out, err) => done({ code: child.exitCode, out, err }),
    );
  });
}

/** The value that `--json` prints. */
export async function keelsonJson(words: readonly string[], options: RunOptions = {}) {
  const ran = await keelson([...words, '--json'], options);
  return { ...ran, data: JSON.parse(ran.out) };
}

export function startKeelson(words: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [findKeelson(), ...words], {
    cwd: options.folder ?? tmpdir(),
    env: environmentOf(options),
  });
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'keelson-cli-'));
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
