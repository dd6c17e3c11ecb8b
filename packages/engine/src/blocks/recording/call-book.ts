/** All recorded calls of a folder, found by what is asked and how many times the run has asked it before; and which were asked for. */
import { type AskedCall, keyOf } from './recorded-call.ts';
import type { FiledCall } from './recording-folder.ts';

/** A question at its place in a run. */
export interface Inquiry extends AskedCall {
  readonly key: string;
  readonly occurrence: number;
}

export class CallBook {
  readonly #filed = new Map<string, FiledCall>();
  readonly #counts = new Map<string, number>();
  readonly #used = new Set<string>();

  constructor(calls: readonly FiledCall[]) {
    for (const filed of calls) this.add(filed);
  }

  get calls(): readonly FiledCall[] {
    return [...this.#filed.values()];
  }

  add(filed: FiledCall): void {
    this.#filed.set(placeOf(filed.key, filed.call.occurrence), filed);
  }

  /** Counts the question: the next one that is the same is another time. Without a run, all such calls count together. */
  ask(asked: AskedCall, run: string | undefined): Inquiry {
    const key = keyOf(asked);
    const counted = `${run ?? ''} ${key}`;
    const occurrence = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, occurrence);
    return { ...asked, key, occurrence };
  }

  find({ key, occurrence }: Inquiry): FiledCall | undefined {
    const filed = this.#filed.get(placeOf(key, occurrence));
    if (filed !== undefined) this.#used.add(filed.file);
    return filed;
  }

  markUsed({ file }: FiledCall): void {
    this.#used.add(file);
  }

  /** What nobody asked for so far, each as a sentence. */
  unused(): string[] {
    return this.calls
      .filter(({ file }) => !this.#used.has(file))
      .map(({ file, call: { kind, block, question } }) => {
        const whom = kind === 'model' ? `\`${question.alias}\`` : `${question.method} ${question.url}`;
        return `${file}: \`${block}\` did not ask ${whom} for this.`;
      });
  }
}

const placeOf = (key: string, occurrence: number): string => `${key} ${occurrence}`;
