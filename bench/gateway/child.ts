/** Processes of the benchmark: started, asked for the CPU time they used, and ended with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepOn, measuredCore } from './cores.ts';

const codeCache = join(import.meta.dirname, '../../node_modules/.cache/keelson');

export interface Child {
  readonly url: string;
  /** Microseconds of CPU so far, of all threads and of the one that answers. */
  cpuUs(): { readonly all: number; readonly main: number };
  /** Megabytes that it holds. */
  rssMb(): number;
  stop(): void;
}

interface Start {
  readonly args?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly core?: string;
}

export async function startChild(
  path: URL,
  { args = [], flags = [], environment = {}, core = measuredCore }: Start = {},
): Promise<Child> {
  const child = fork(path, args, {
    execArgv: [...flags],
    // As `npm start` does; reading TypeScript at each start holds 40 MB for good.
    env: { ...process.env, ...environment, NODE_COMPILE_CACHE: codeCache },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) => reject(new Error(`${path.pathname} ended with ${code}`)));
  });
  return watch(child, url, core);
}

export function watch(child: ChildProcess, url: string, core = measuredCore): Child {
  const pid = child.pid as number;
  keepOn(core, pid);
  return {
    url,
    cpuUs: () => cpuUsOf(pid),
    rssMb: () => rssMbOf(pid),
    stop: () => void child.kill(),
  };
}

/** Linux counts every thread's time on a CPU in nanoseconds. */
function cpuUsOf(pid: number): { all: number; main: number } {
  const tasks = `/proc/${pid}/task`;
  let all = 0;
  for (const task of readdirSync(tasks)) all += microseconds(`${tasks}/${task}`);
  return { all, main: microseconds(`${tasks}/${pid}`) };
}

/** None of a thread that has ended since. */
function microseconds(task: string): number {
  try {
    return Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return 0;
  }
}

function rssMbOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
