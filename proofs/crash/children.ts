// Processes that are to die, started ahead of time, because starting one takes longer than all that it does.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StorageTarget } from '@keelson/engine';
import type { Deadly } from './deadly-storage.ts';

const compileCache = join(import.meta.dirname, '../../node_modules/.cache/compile');
const readyAhead = 2;

export class Victims {
  readonly #target: StorageTarget;
  readonly #ready: Promise<ChildProcess>[] = [];
  readonly #all = new Set<ChildProcess>();
  #isOver = false;

  constructor(target: StorageTarget) {
    this.#target = target;
    for (let at = 0; at < readyAhead; at++) this.#ready.push(this.#start());
  }

  /** Its death, or undefined as long as it lives. */
  async send(deadly: Deadly): Promise<{ readonly child: ChildProcess; readonly death: Promise<unknown> }> {
    const child = await (this.#ready.shift() as Promise<ChildProcess>);
    this.#ready.push(this.#start());
    const death = once(child, 'exit');
    child.send(deadly);
    return { child, death };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#ready);
    for (const child of this.#all) child.kill('SIGKILL');
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(new URL('./worker-process.ts', import.meta.url), [JSON.stringify(this.#target)], {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    this.#all.add(child);
    const gone = once(child, 'exit').then(([code]) => {
      this.#all.delete(child);
      if (!this.#isOver && code !== null && code !== 0)
        throw new Error(`A worker ended by itself, with ${code}.`);
    });
    gone.catch(() => {});
    await Promise.race([once(child, 'message'), gone]);
    return child;
  }
}
