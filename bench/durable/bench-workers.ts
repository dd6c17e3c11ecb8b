// Workers of the benchmark, each in a process of its own as in an installation of several servers.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { BenchTask } from './bench-flows.ts';

export interface BenchWorkers {
  go(): void;
  /** The CPU time of all of them since they began. */
  stop(): Promise<number>;
}

export async function openBenchWorkers(count: number, task: BenchTask): Promise<BenchWorkers> {
  const children = Array.from({ length: count }, () =>
    fork(new URL('./worker-process.ts', import.meta.url), [JSON.stringify(task)]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  return {
    go: () => {
      for (const child of children) child.send('go');
    },
    stop: async () => {
      const spent = await Promise.all(children.map(end));
      return spent.reduce((sum, cpuMs) => sum + cpuMs, 0);
    },
  };
}

async function end(child: ChildProcess): Promise<number> {
  const told = once(child, 'message');
  const exit = once(child, 'exit');
  child.send('stop');
  const [{ cpuMs }] = (await told) as [{ cpuMs: number }];
  await exit;
  return cpuMs;
}
