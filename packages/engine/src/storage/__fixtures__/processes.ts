/** Runs programs of this folder as processes of their own, so that they race, die and lack rights as real ones do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Reading all files of ours anew takes a process a second. */
const compileCache = join(import.meta.dirname, '../../../../../node_modules/.cache/compile');

export function startProcess(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function runProcess(
  file: string,
  args: readonly string[],
): Promise<{ output: string; exitCode: number | null }> {
  const child = startProcess(file, args);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return { output, exitCode: child.exitCode };
}
