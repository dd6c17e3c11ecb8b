/** The command on a real pseudo-terminal, by util-linux's `script`, where there is one. */
import { spawn, spawnSync } from 'node:child_process';
import { findKeelson } from './run-keelson.ts';

export const hasTerminal = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;
if (!hasTerminal) console.warn('Tests on a terminal are not run: there is no `script` of util-linux here.');

export interface OnTerminal {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed, each as soon as the screen shows its sign. */
  readonly typed?: readonly (readonly [sign: string, keys: string])[];
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

interface Ended {
  readonly screen: string;
  readonly code: number | null;
}

/** What the screen showed, and how the command ended. */
export function onTerminal(words: readonly string[], given: OnTerminal): Promise<Ended> {
  return typeInto([process.execPath, findKeelson(), ...words], given);
}

/** The same of any program. */
export function typeInto(
  program: readonly string[],
  { folder, env = {}, typed = [] }: OnTerminal,
): Promise<Ended> {
  const child = spawn('script', ['-qec', program.map(quote).join(' '), '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'xterm', ...env },
  });
  const waiting = [...typed];
  let screen = '';
  let read = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    screen += bytes;
    const [next] = waiting;
    if (next === undefined || !screen.includes(next[0], read)) return;
    read = screen.length;
    waiting.shift();
    child.stdin.write(next[1]);
  });
  return new Promise((done) => {
    child.on('close', (code) => done({ screen, code }));
  });
}
