/** Something wrong with a configuration, and where it stands. A value is never repeated: it may be a secret. */
export interface ConfigurationProblem {
  /** Such as `server.port`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** Left out for what is in no file. */
  readonly file?: string;
  /** From 1, both. */
  readonly line?: number;
  readonly column?: number;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export function describeProblem({ path, message, file, line, column }: ConfigurationProblem): string {
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  const where = file === undefined ? '' : `${file}${place}: `;
  return `${where}${path === '' ? '' : `\`${path}\` `}${message}`;
}

/** As paths are written everywhere: `aliases.chat.targets[0].model`. */
export function writePath(steps: readonly PropertyKey[]): string {
  const text = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '');
}

/** Of the path, or of the nearest thing around it that is written down. */
export function findPlace(places: ReadonlyMap<string, Place>, path: string): Place | undefined {
  for (let at = path; ; ) {
    // A list of models is short for an alias with these targets.
    const place = places.get(at) ?? places.get(at.replace('.targets[', '['));
    if (place !== undefined || at === '') return place;
    at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0));
  }
}

/** What a file was found to be. */
export interface WrittenIn {
  readonly file: string;
  readonly places: ReadonlyMap<string, Place>;
  /** By path, texts that variables were put into, which messages must not repeat. */
  readonly filled: ReadonlyMap<string, { readonly written: string; readonly text: string }>;
}

/** With its place, and without what variables hold. */
export function locate(
  { path, message, at = path }: { readonly path: string; readonly message: string; readonly at?: string },
  { file, places, filled }: WrittenIn,
): ConfigurationProblem {
  let told = message;
  for (const { text, written } of filled.values()) {
    if (text.length > 3) told = told.replaceAll(text, () => written);
  }
  return { path, message: /[.?]$/.test(told) ? told : `${told}.`, file, ...findPlace(places, at) };
}
