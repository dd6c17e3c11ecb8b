/** Says on the error channel how far something has come that takes long: in place on a terminal, now and then in a pipe. */
import { systemClock } from '@keelson/engine';
import { isTerminal, writeAside } from '../../terminal/write-out.ts';

export interface Progress {
  step(): void;
  end(): void;
}

const patienceMs = 1000;
const inPlaceMs = 200;
const inPipeMs = 10_000;

/** `what` is what is counted, such as `lines`. */
export function showProgress(what: string, isQuiet: boolean): Progress {
  if (isQuiet) return { step: () => {}, end: () => {} };
  const isSeen = isTerminal('errors');
  const everyMs = isSeen ? inPlaceMs : inPipeMs;
  let [count, next, hasSaid] = [0, systemClock.elapsed() + (isSeen ? patienceMs : everyMs), false];
  const say = (): void => {
    hasSaid = true;
    writeAside(isSeen ? `\r${count} ${what} ` : `${count} ${what}\n`);
  };
  return {
    step: () => {
      count += 1;
      // Asking the clock costs more than counting does.
      if (count % 256 !== 0 || systemClock.elapsed() < next) return;
      next = systemClock.elapsed() + everyMs;
      say();
    },
    end: () => {
      if (hasSaid && isSeen) writeAside(`\r${' '.repeat(String(count).length + what.length + 2)}\r`);
    },
  };
}
