// What `npm start` runs: the server and, beside it, the simulator to try it against, as two processes that end
// together. Settings and routes do not belong here; each process reads its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { nodeEnvironment, nodeFlags } from './node-flags.ts';
import { findPrograms } from './programs.ts';

const root = resolve(import.meta.dirname, '../..');
const children: ChildProcess[] = [];
/** Once a stop was asked for, a child that a signal ends while it is still loading has not failed. */
const stopping = new AbortController();

function stopAll(signal: NodeJS.Signals): void {
  stopping.abort();
  for (const child of children) child.kill(signal);
}

function startChild(command: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [...nodeFlags, ...command], {
    env: { ...nodeEnvironment, ...process.env, ...environment },
    // The end of the channel tells a child that this process is gone, even when it was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  child.on('exit', (code, signal) => {
    process.exitCode ??= signal === null ? (code ?? 1) : Number(!stopping.signal.aborted);
    stopAll('SIGTERM');
  });
  children.push(child);
  return child;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopAll(signal));
const { server, simulator, codeCache } = await findPrograms(root, {
  note: noteInDebugLog,
  signal: stopping.signal,
});
if (!stopping.signal.aborted) startAll();

function startAll(): void {
  const cached = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? codeCache };
  // Quiet, because a start prints exactly one line to paste, and that is the server's.
  const fake = startChild([simulator, '--quiet'], cached);
  fake.once('message', ({ url }: { url: string }) => {
    if (!stopping.signal.aborted) startChild([server], { ...cached, KEELSON_SIMULATOR_URL: url });
  });
}

function noteInDebugLog(line: string): void {
  if (process.env.KEELSON_LOG_LEVEL === 'debug') process.stderr.write(`${line}\n`);
}
