/** Who runs on which core, so that what is measured has one core to itself and everything around it the others. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const cores = availableParallelism();
export const allCores = `0-${cores - 1}`;
export const measuredCore = String(cores - 1);
export const otherCores = cores > 2 ? `0-${cores - 2}` : '0';

let wasTold = false;

/** All threads of a process, and those that they will begin. */
export function keepOn(which: string, pid: number): void {
  if (cores > 1 && spawnSync('taskset', ['-a', '-cp', which, String(pid)]).status === 0) return;
  if (!wasTold)
    process.stderr.write('Processes cannot be kept on cores here; they run wherever they like.\n');
  wasTold = true;
}
