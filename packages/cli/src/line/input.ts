/** What somebody wrote behind a command, already checked against the command's description. */
export class Input {
  readonly words: readonly string[];
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  readonly #known: ReadonlySet<string>;

  constructor(
    words: readonly string[],
    flags: ReadonlyMap<string, readonly string[]>,
    known: Iterable<string>,
  ) {
    this.words = words;
    this.#flags = flags;
    this.#known = new Set(known);
  }

  /** A word that the description demands. */
  word(at: number): string {
    return this.words[at] ?? '';
  }

  text(flag: string): string | undefined {
    return this.#values(flag).at(-1);
  }

  number(flag: string): number | undefined {
    const value = this.text(flag);
    return value === undefined ? undefined : Number(value);
  }

  isOn(flag: string): boolean {
    return this.#values(flag).length > 0;
  }

  /** As if that had been written, for what was asked on a terminal. */
  with(flag: string, value: string): Input {
    return new Input(this.words, new Map([...this.#flags, [flag, [value]]]), this.#known);
  }

  /** Whether the command has such a flag at all. */
  knows(flag: string): boolean {
    return this.#known.has(flag);
  }

  /** Undefined where the flag was not given. */
  list(flag: string): readonly string[] | undefined {
    const values = this.#values(flag);
    return values.length === 0 ? undefined : splitList(values);
  }

  #values(flag: string): readonly string[] {
    if (!this.#known.has(flag)) throw new Error(`The command does not describe \`--${flag}\`.`);
    return this.#flags.get(flag) ?? [];
  }
}

export const splitList = (values: readonly string[]): string[] =>
  values
    .flatMap((value) => value.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
