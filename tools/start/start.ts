// What `npm start` runs: the server and, beside it, the simulator to try it against, as two processes that end
// together. Settings and routes do not belong here; each process reads its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const entries = ['packages/simulator/src/main.ts', 'packages/server/src/start.ts'];

const children: ChildProcess[] = [];

function stopAll(signal: NodeJS.Signals): void {
  for (const child of children) child.kill(signal);
}

function startChild(entry: string): void {
  const child = spawn(process.execPath, [resolve(root, entry)], { stdio: 'inherit' });
  child.on('exit', (code, signal) => {
    process.exitCode ??= signal === null ? (code ?? 1) : 1;
    stopAll('SIGTERM');
  });
  children.push(child);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopAll(signal));
for (const entry of entries) {
  if (existsSync(resolve(root, entry))) startChild(entry);
}
