/** The processes of the proof as their parent sees them: started, heard, killed in turn, and stopped in the end. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessSettings, Told } from './messages.ts';

const compileCache = join(import.meta.dirname, '../../node_modules/.cache/compile');

export type Ways = { hedged: number; fellBack: number };

type Milestone = Exclude<Told['type'], 'way'>;

/** A process that has not said what is waited for by then hangs. */
const patienceMs = 120_000;

export class CallerProcess {
  readonly #child: ChildProcess;
  /** Kept from the start: several may come at once, and before anybody waits for them. */
  readonly #said = new Set<Milestone>();
  #wake = (): void => {};
  #isOver = false;

  constructor(settings: ProcessSettings, ways?: Ways) {
    this.#child = fork(new URL('./caller-process.ts', import.meta.url), [JSON.stringify(settings)], {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    this.#child.on('message', (told: Told) => {
      if (told.type === 'way') {
        if (ways !== undefined) ways[told.way] += 1;
        return;
      }
      this.#said.add(told.type);
      this.#wake();
    });
    this.#child.on('exit', () => {
      this.#isOver = true;
      this.#wake();
    });
    // A message to one that was just killed.
    this.#child.on('error', () => {});
  }

  async hear(milestone: Milestone): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!this.#said.has(milestone)) {
      if (this.#isOver) throw new Error(`A process ended before it said \`${milestone}\`.`);
      if (performance.now() >= end)
        throw new Error(`A process did not say \`${milestone}\` within ${patienceMs} ms.`);
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([woken, wait(1000, undefined, timer).catch(() => {})]);
      timer.abort();
    }
  }

  async close(): Promise<void> {
    this.#child.send('close');
    await this.hear('closed');
  }

  async kill(): Promise<void> {
    if (this.#isOver) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** One after the other, each replaced by another at once; at the end all are ready. How many were killed. */
export async function killInTurn(
  children: CallerProcess[],
  start: () => CallerProcess,
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const everyMs = Math.min(3000, (seconds * 1000) / 4.5);
  for (let kills = 0; ; kills += 1) {
    await wait(Math.min(everyMs, Math.max(0, end - performance.now())));
    if (performance.now() >= end) {
      await Promise.all(children.map((child) => child.hear('ready')));
      return kills;
    }
    const place = kills % children.length;
    await children[place]?.kill();
    children[place] = start();
  }
}
