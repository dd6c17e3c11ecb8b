// What `npm start` runs: the server and, beside it, the simulator to try it against, as two processes that end
// together. Settings and routes do not belong here; each process reads its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { nodeFlags } from './node-flags.ts';

const root = resolve(import.meta.dirname, '../..');
/** Code that Node has read once need not be read again: it halves the time to the first answer. */
const codeCache = process.env.NODE_COMPILE_CACHE ?? resolve(root, 'node_modules/.cache/keelson');
const children: ChildProcess[] = [];
/** Once a stop was asked for, a child that a signal ends while it is still loading has not failed. */
let isStopping = false;

function stopAll(signal: NodeJS.Signals): void {
  isStopping = true;
  for (const child of children) child.kill(signal);
}

function startChild(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const [entry = '', ...args] = command;
  const child = spawn(process.execPath, [...nodeFlags, resolve(root, entry), ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: codeCache, ...environment },
    // The end of the channel tells a child that this process is gone, even when it was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  child.on('exit', (code, signal) => {
    process.exitCode ??= signal === null ? (code ?? 1) : Number(!isStopping);
    stopAll('SIGTERM');
  });
  children.push(child);
  return child;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopAll(signal));
// Quiet, because a start prints exactly one line to paste, and that is the server's.
const simulator = startChild(['packages/simulator/src/main.ts', '--quiet']);
simulator.once('message', ({ url }: { url: string }) => {
  if (!isStopping) startChild(['packages/server/src/start.ts'], { KEELSON_SIMULATOR_URL: url });
});
