// The configuration of a running server: shows it, checks another, and exchanges it while calls go on: whole, or not at all.
import { KeelsonError } from '@keelson/core';
import type { Clock, Log, Storage, StoredConfiguration } from '@keelson/engine';
import { type ConfigurationApplier, FailedChange } from './apply-configuration.ts';
import { type ConfigurationChange, compareConfigurations } from './configuration-changes.ts';
import { readConfigurationFile, UnreadableFile, writeConfigurationFile } from './configuration-files.ts';
import { ConfigurationHistory } from './configuration-history.ts';
import { FileWatch } from './file-watch.ts';
import type { ConfigurationValue } from './layers.ts';
import { type ConfigurationLoader, digestOf, type Loaded } from './load-configuration.ts';
import { type ConfigurationProblem, describeProblem } from './problem.ts';
import { isObject, type PlainValue } from './read-document.ts';

/** What became of a configuration. */
export type ConfigurationOutcome =
  /** In force now; there may be no changes. */
  | { readonly state: 'applied'; readonly changes: readonly ConfigurationChange[] }
  /** It is wrong, and nothing has changed. */
  | { readonly state: 'refused'; readonly problems: readonly ConfigurationProblem[] }
  /** It is right but could not be put in force; what was before is in force again. */
  | { readonly state: 'failed'; readonly problems: readonly ConfigurationProblem[] };

export interface CurrentConfiguration {
  /** The file that changes are written to; undefined where there is none. */
  readonly file: string | undefined;
  /** SHA-256 of its text as it is in force. */
  readonly digest: string | undefined;
  readonly text: string | undefined;
  readonly values: readonly ConfigurationValue[];
  /** What is configured by now but holds only after a restart. */
  readonly waiting: readonly ConfigurationChange[];
  /** Why the file as it is now is not in force. */
  readonly problems: readonly ConfigurationProblem[];
}

export interface LiveParts {
  readonly loader: ConfigurationLoader;
  readonly loaded: Loaded;
  readonly applier: ConfigurationApplier;
  readonly storage: Pick<Storage, 'configurations'>;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
}

const tryAgainMs = 30_000;
const ofFile = 'file';

export class LiveConfiguration {
  readonly #parts: LiveParts;
  readonly #history: ConfigurationHistory;
  /** As it was at the start, which is what restarts are compared with. */
  readonly #first: Loaded;
  #loaded: Loaded;
  #problems: readonly ConfigurationProblem[] = [];
  #watch: FileWatch | undefined;
  /** One change after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #tryAgainAt: number | undefined;
  #stopTrying: (() => void) | undefined;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#loaded = parts.loaded;
    this.#first = parts.loaded;
    this.#history = new ConfigurationHistory(parts);
  }

  /** From now on, files are watched, and what is in force is in the history. */
  begin(): void {
    const { loader, clock, log, loaded } = this.#parts;
    if (!loader.hasFile) return;
    const files = [loader.files.project, loader.files.user].filter((file) => file !== undefined);
    const onChange = (missing: readonly string[]): Promise<void> => this.#onChange(missing);
    this.#watch = new FileWatch({ clock, files, known: loaded.signatures, onChange });
    this.#stopTrying = clock.every(tryAgainMs, () => this.#tryAgain());
    const changes = compareConfigurations(loader.layEnvironment().values, loaded.effective.values);
    void this.#enqueue(async () => {
      await this.#remember(loaded, ofFile, changes).catch((error: unknown) => {
        log.warn('The configuration is in force but not in its history.', { error });
      });
    });
  }

  /** With references in place of secrets. */
  current(): CurrentConfiguration {
    const { project, digest, effective } = this.#loaded;
    return {
      file: this.#parts.loader.files.project,
      digest,
      text: project?.text,
      values: [...effective.values.values(), ...this.#parts.applier.valuesOfVariables()],
      waiting: compareConfigurations(this.#first.effective.values, effective.values).filter(
        ({ takesEffect }) => takesEffect === 'after a restart',
      ),
      problems: this.#problems,
    };
  }

  /** What would become of a text; nothing changes, and no secret is read. */
  check(text: string): Promise<ConfigurationOutcome> {
    return this.#enqueue(async () => {
      const read = await this.#read(text);
      return 'state' in read ? read : { state: 'applied', changes: this.#compare(read) };
    });
  }

  /** Puts in force what the files say now, whether or not they have changed: secrets may have. */
  reload(by: string = ofFile): Promise<ConfigurationOutcome> {
    return this.#enqueue(() => this.#reload(by));
  }

  /**
   * Puts a text in force and writes it to the project's file, all or nothing. With `expected`, only when the file has that
   * digest; otherwise it throws `conflict`, as somebody else has changed it.
   */
  apply(
    text: string,
    by: string,
    { expected }: { readonly expected?: string } = {},
  ): Promise<ConfigurationOutcome> {
    return this.#enqueue(async () => {
      const file = this.#projectFile();
      if (expected !== undefined && digestOf(await readText(file)) !== expected)
        throw new KeelsonError('conflict', 'The configuration file has been changed by somebody else.');
      const read = await this.#read(text);
      if ('state' in read) return read;
      return this.#put(read, by, { write: text });
    });
  }

  /** The newest first. */
  history(
    page: { readonly limit?: number; readonly before?: number } = {},
  ): Promise<readonly StoredConfiguration[]> {
    return this.#history.list({ limit: 100, ...page });
  }

  /** Puts in force what was before, by its number; it is checked like any other. Throws `not_found`. */
  async rollBackTo(number: number, by: string): Promise<ConfigurationOutcome> {
    const entry = await this.#history.find(number);
    if (entry === undefined) throw new KeelsonError('not_found', `There is no configuration ${number}.`);
    return this.apply(entry.text, by);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.stop();
    this.#stopTrying?.();
    await this.#queue;
  }

  #enqueue<Result>(run: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #projectFile(): string {
    const { project } = this.#parts.loader.files;
    if (project !== undefined) return project;
    throw new KeelsonError('conflict', 'There is no configuration file that could be changed.', {
      hint: 'Make a file keelson.config.yaml where Keelson runs, with `{}` in it, and start it again.',
    });
  }

  /** Of a text that somebody sent. */
  async #read(text: string): Promise<Loaded | ConfigurationOutcome> {
    const { loader, applier } = this.#parts;
    const loaded = await loader.load(text);
    if ('problems' in loaded) return { state: 'refused', problems: loaded.problems };
    const problems = [...problemsWithCommands(loaded, this.#loaded), ...(await applier.problemsWith(loaded))];
    return problems.length > 0 ? { state: 'refused', problems } : loaded;
  }

  #compare(loaded: Loaded): readonly ConfigurationChange[] {
    return compareConfigurations(this.#loaded.effective.values, loaded.effective.values);
  }

  async #reload(by: string): Promise<ConfigurationOutcome> {
    const { loader, applier } = this.#parts;
    const loaded = await loader.load();
    if ('problems' in loaded) return this.#note({ state: 'refused', problems: loaded.problems });
    this.#watch?.note(loaded.signatures);
    const problems = await applier.problemsWith(loaded);
    if (problems.length > 0) return this.#note({ state: 'refused', problems });
    return this.#note(await this.#put(loaded, by));
  }

  #note(outcome: ConfigurationOutcome): ConfigurationOutcome {
    this.#problems = outcome.state === 'applied' ? [] : outcome.problems;
    return outcome;
  }

  async #put(
    loaded: Loaded,
    by: string,
    { write }: { readonly write?: string } = {},
  ): Promise<ConfigurationOutcome> {
    const { applier, log } = this.#parts;
    const changes = this.#compare(loaded);
    try {
      const goBack = await applier.apply(loaded);
      try {
        if (write === undefined) await this.#rememberOrWarn(loaded, by, changes);
        else await this.#write(write, loaded, { by, changes });
      } catch (error) {
        await goBack();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof FailedChange)) throw error;
      return { state: 'failed', problems: error.problems };
    }
    this.#loaded = loaded;
    this.#problems = [];
    log.info('The configuration was changed.', { by, changes: changes.map(({ path }) => path) });
    return { state: 'applied', changes };
  }

  /** First into the history, because other processes see the file at once and would not know who it was. */
  async #write(
    text: string,
    loaded: Loaded,
    { by, changes }: { readonly by: string; readonly changes: readonly ConfigurationChange[] },
  ): Promise<void> {
    const file = this.#projectFile();
    const number = await this.#remember(loaded, by, changes);
    try {
      await writeConfigurationFile(file, text, { id: this.#parts.newId() });
    } catch (error) {
      if (number !== undefined) await this.#history.withdraw(number);
      const message = error instanceof UnreadableFile ? error.message : 'cannot be written.';
      throw new FailedChange([{ path: '', message, file }], { cause: error });
    }
    const { signature } = await readConfigurationFile(file);
    this.#watch?.note(new Map([...loaded.signatures, [file, signature]]));
  }

  async #rememberOrWarn(loaded: Loaded, by: string, changes: readonly ConfigurationChange[]): Promise<void> {
    await this.#remember(loaded, by, changes).catch((error: unknown) => {
      this.#parts.log.warn('The configuration is in force but not in its history.', { error });
    });
  }

  async #remember(
    { project, digest }: Loaded,
    by: string,
    changes: readonly ConfigurationChange[],
  ): Promise<number | undefined> {
    if (project === undefined || digest === undefined) return undefined;
    return this.#history.add({ by, digest, changes, text: project.text });
  }

  async #onChange(missing: readonly string[]): Promise<void> {
    if (this.#isClosed) return;
    const { log, clock } = this.#parts;
    if (missing.length > 0) {
      const problems = missing.map((file) => ({ path: '', message: 'is not there any more.', file }));
      this.#problems = problems;
      return log.warn('A configuration file is gone; what it said stays in force.', { files: missing });
    }
    try {
      const outcome = await this.reload();
      if (outcome.state === 'applied') return;
      if (outcome.state === 'failed') this.#tryAgainAt = clock.elapsed();
      const problems = outcome.problems.map(describeProblem);
      log.error('The configuration was not changed.', { problems });
    } catch (error) {
      this.#tryAgainAt = clock.elapsed();
      log.error('The configuration could not be changed.', { error });
    }
  }

  /** What failed for a reason that is not in the file, such as a database that was away. */
  #tryAgain(): void {
    if (this.#tryAgainAt === undefined) return;
    this.#tryAgainAt = undefined;
    this.#watch?.forget();
  }
}

async function readText(file: string): Promise<string> {
  try {
    return (await readConfigurationFile(file)).text;
  } catch {
    return '';
  }
}

/** Whoever may send a configuration need not be one who may run programs here. */
function problemsWithCommands(loaded: Loaded, before: Loaded): ConfigurationProblem[] {
  const known = new Set(commandsOf(before.project?.content, '').map(({ command }) => command));
  return commandsOf(loaded.project?.content, '')
    .filter(({ command }) => !known.has(command))
    .map(({ path }) => ({
      path,
      message: 'names a command, which only somebody who edits the file itself may bring in.',
      ...(loaded.project && { file: loaded.project.file, ...loaded.project.places.get(path) }),
    }));
}

function commandsOf(value: unknown, path: string): { path: string; command: string }[] {
  if (typeof value === 'string') return value.startsWith('cmd:') ? [{ path, command: value }] : [];
  if (Array.isArray(value))
    return value.flatMap((item: PlainValue, at) => commandsOf(item, `${path}[${at}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    commandsOf(inner, path === '' ? name : `${path}.${name}`),
  );
}
