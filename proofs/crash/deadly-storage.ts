// A storage that counts what is written for runs, and kills its own process at one of the writes: before it, or after it.
import type { RunJournal, RunQueue, Storage } from '@keelson/engine';
import { note } from './crash-flows.ts';

export interface Deadly {
  /** The number of the write; 0 for none. */
  readonly at: number;
  readonly when: 'before' | 'after';
  readonly notes: string;
}

/** As no other signal does: nothing of the process runs any more. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

export function makeDeadly(storage: Storage, { at, when, notes }: Deadly): Storage {
  let writes = 0;
  const counted = async <Result>(
    write: () => Promise<Result>,
    isWrite: (result: Result) => boolean,
  ): Promise<Result> => {
    if (when === 'before' && writes + 1 === at) die();
    const result = await write();
    if (isWrite(result)) writes += 1;
    if (when === 'after' && writes === at && isWrite(result)) die();
    return result;
  };
  const always = (): boolean => true;
  const { runJournal, runQueue } = storage;
  const journal: RunJournal = {
    ...runJournal,
    write: (hold, steps, events) =>
      counted(async () => {
        const isHeld = await runJournal.write(hold, steps, events);
        for (const { path, state } of steps)
          if (isHeld && state === 'done') note(notes, { what: 'recorded', run: hold.runId, path });
        return isHeld;
      }, always),
    ask: (...args) => counted(() => runJournal.ask(...args), always),
    takeSignal: (...args) => counted(() => runJournal.takeSignal(...args), always),
    useApproval: (...args) => counted(() => runJournal.useApproval(...args), always),
  };
  const queue: RunQueue = {
    ...runQueue,
    take: (...args) =>
      counted(
        () => runQueue.take(...args),
        (taken) => taken.length > 0,
      ),
    park: (...args) => counted(() => runQueue.park(...args), always),
    end: (...args) => counted(() => runQueue.end(...args), always),
  };
  return { ...storage, runJournal: journal, runQueue: queue };
}
