/**
 * Directs coming answers from outside the prompt: scripts that wait for a matching request, and faults that strike at a
 * rate. Each fault draws from its own seed, so that other requests do not change whom it strikes.
 */
import { type Fault, parseFault, type Struck, whyInapplicable } from './faults/index.ts';
import { refuseScript } from './notation/index.ts';
import { createRandom, type Random } from './random.ts';
import { parseScript, type Script } from './script/index.ts';

/** All that is given must be equal. `dialect` is the name of a dialect or of another endpoint, such as `models`. */
export interface Match {
  readonly dialect?: string;
  readonly model?: string;
  readonly path?: string;
}

export interface ScriptOptions {
  readonly match?: Match;
  /** For how many requests each step holds; 1 unless told otherwise. */
  readonly times?: number | 'always';
}

export interface FaultOptions {
  readonly match?: Match;
  /** From 0 to 1; 1 unless told otherwise. */
  readonly rate?: number;
  readonly seed?: number;
}

/** What is known of a request when its answer is decided. */
export interface Occasion extends Required<Pick<Match, 'dialect' | 'path'>> {
  readonly model: string | undefined;
}

interface Waiting {
  readonly script: Script;
  readonly match: Match;
  left: number;
}

interface Rate {
  readonly fault: Fault;
  readonly match: Match;
  readonly rate: number;
  readonly random: Random;
}

const mostWaiting = 10_000;

export class Director {
  readonly #seed: number;
  #scripts: Waiting[] = [];
  #faults: Rate[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** How many scripts wait. */
  get waiting(): number {
    return this.#scripts.length;
  }

  addScript(text: string, { match = {}, times = 1 }: ScriptOptions = {}): void {
    const { steps, rest } = parseScript(text);
    if (rest !== '')
      throw refuseScript(`A script consists of keywords only; write \`[[text: ${rest.slice(0, 60)}]]\`.`);
    const isCount = times === 'always' || (Number.isInteger(times) && times >= 1);
    if (!isCount) throw refuseScript(`\`times\` is ${times}; give a whole number from 1, or \`always\`.`);
    if (this.#scripts.length + steps.length > mostWaiting)
      throw refuseScript(`At most ${mostWaiting} scripts can wait.`);
    const left = times === 'always' ? Infinity : times;
    for (const script of steps) this.#scripts.push({ script, match, left });
  }

  addFault(text: string, { match = {}, rate = 1, seed }: FaultOptions = {}): void {
    if (!(rate >= 0 && rate <= 1)) throw refuseScript(`\`rate\` is ${rate}; give a number from 0 to 1.`);
    if (this.#faults.length >= mostWaiting) throw refuseScript(`At most ${mostWaiting} faults can be set.`);
    const random = createRandom(seed ?? this.#seed + this.#faults.length);
    this.#faults.push({ fault: parseFault(text), match, rate, random });
  }

  /** The first script that waits for such a request, which uses it up. */
  takeScript(occasion: Occasion): Script | undefined {
    const found = this.#scripts.find(({ match }) => fits(match, occasion));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#scripts = this.#scripts.filter((waiting) => waiting !== found);
    return found.script;
  }

  /** The first fault that strikes this request. One that means nothing here is passed over without a draw. */
  drawFault(occasion: Occasion, struck: Struck): Fault | undefined {
    for (const { fault, match, rate, random } of this.#faults) {
      if (!fits(match, occasion) || whyInapplicable(fault, struck) !== undefined) continue;
      if (random() < rate) return fault;
    }
    return undefined;
  }

  reset(): void {
    this.#scripts = [];
    this.#faults = [];
  }
}

function fits({ dialect, model, path }: Match, occasion: Occasion): boolean {
  return (
    (dialect === undefined || dialect === occasion.dialect) &&
    (model === undefined || model === occasion.model) &&
    (path === undefined || path === occasion.path)
  );
}
