/** Runs programs of this folder as processes of their own, so that they race, die and lack rights as real ones do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ProcessOptions {
  /** As the user `nobody` when we are root. */
  readonly asNobody?: boolean;
}

export function startProcess(file: string, args: readonly string[], options: ProcessOptions = {}): ChildProcess {
  const owner = options.asNobody === true && process.getuid?.() === 0 ? nobody() : {};
  return spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    ...owner,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<{ output: string; exitCode: number | null }> {
  const child = startProcess(file, args, options);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return { output, exitCode: child.exitCode };
}

function nobody(): { uid: number; gid: number } {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('There is no user `nobody` to run a process as.');
  return { uid: Number(uid), gid: Number(gid) };
}
