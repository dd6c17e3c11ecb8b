/**
 * The folder of a recording: when it began and its seed, a file for each call, and one for what was known of each alias. A file
 * appears whole or not at all, and never instead of another's: several processes may record into it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { systemRandom } from '../../observability/index.ts';
import { aliasFileName, type KnownAlias, parseAliasFile, renderAliasFile } from './alias-file.ts';
import { parseBeginning, type RecordingBeginning, renderBeginning } from './beginning-file.ts';
import { parseCallFile, renderCallFile } from './call-file.ts';
import { keyOf, type RecordedCall } from './recorded-call.ts';

const beginningName = 'recording.json';
const aliasForm = /^alias\..*\.json$/;

/** A call with the name of its file. */
export interface FiledCall {
  readonly file: string;
  readonly key: string;
  readonly call: RecordedCall;
}

export interface RecordingContent {
  readonly beginning: RecordingBeginning;
  readonly calls: readonly FiledCall[];
  readonly aliases: readonly KnownAlias[];
}

export class RecordingFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What another process wrote there first, or else this. */
  begin(fresh: () => RecordingBeginning): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    if (!existsSync(join(this.path, beginningName))) this.#add(beginningName, renderBeginning(fresh()));
  }

  /** Throws one error for all files that cannot be read. */
  read(): RecordingContent {
    if (!existsSync(join(this.path, beginningName))) throw this.#missing();
    const broken: string[] = [];
    const read = <Value>(name: string, parse: (text: string) => Value): Value | undefined => {
      try {
        return parse(this.#text(name));
      } catch (error) {
        if (!KeelsonError.is(error)) throw error;
        broken.push(`${name}: ${error.message}`);
        return undefined;
      }
    };
    const names = this.#names();
    const beginning = read(beginningName, parseBeginning);
    const aliases = names.filter(isAlias).flatMap((name) => read(name, parseAliasFile) ?? []);
    const calls = names
      .filter((name) => name !== beginningName && !isAlias(name))
      .flatMap((file) => {
        const call = read(file, parseCallFile);
        return call === undefined ? [] : { file, call, key: keyOf(call) };
      });
    broken.push(...findDoubles(calls));
    if (beginning === undefined || broken.length > 0) throw this.#unreadable(broken);
    return { beginning, aliases, calls };
  }

  /** What was recorded meanwhile by another process. */
  find(key: string, occurrence: number): FiledCall | undefined {
    const ending = endingOf(key, occurrence);
    return this.#names()
      .filter((name) => name.endsWith(ending))
      .map((file) => this.#file(file))
      .find((filed) => filed.key === key);
  }

  /** Gives what is in the folder afterwards: another's, where that was there first. */
  add(call: RecordedCall): FiledCall {
    const key = keyOf(call);
    const text = readable(call);
    const ending = endingOf(key, call.occurrence);
    for (let number = 1; ; number += 1) {
      const file = `${slug(call.block)}${number === 1 ? '' : `-${number}`}${ending}`;
      if (this.#add(file, text)) return { file, key, call };
      const there = this.#file(file);
      // Somebody may have mended the question in it: then the name is taken, and this is not the same call.
      if (there.key === key) return there;
    }
  }

  replace({ file }: FiledCall, call: RecordedCall): void {
    const draft = this.#draft(readable(call));
    renameSync(draft, join(this.path, file));
  }

  addAlias(known: KnownAlias): void {
    const text = renderAliasFile(known);
    parseAliasFile(text);
    this.#add(aliasFileName(known.alias), text);
  }

  #file(file: string): FiledCall {
    const call = parseCallFile(this.#text(file));
    return { file, call, key: keyOf(call) };
  }

  #names(): string[] {
    // Drafts begin with a dot.
    return readdirSync(this.path)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .toSorted();
  }

  #text(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  #add(name: string, text: string): boolean {
    const draft = this.#draft(text);
    try {
      // Unlike a rename, a link does not take the place of what is there.
      linkSync(draft, join(this.path, name));
      return true;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #draft(text: string): string {
    const path = join(this.path, `.${Buffer.from(systemRandom.bytes(8)).toString('hex')}.draft`);
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
      return path;
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  }

  #missing(): KeelsonError {
    const hint = `Run the flow once with \`recordRuns('${this.path}', environment)\`.`;
    return new KeelsonError('configuration_invalid', `There is no recording in \`${this.path}\`.`, { hint });
  }

  #unreadable(broken: readonly string[]): KeelsonError {
    const message = `The recording in \`${this.path}\` cannot be read: ${broken.join('; ')}.`;
    const hint =
      'Mend the named files, or delete them and run the flow once with `recordRuns`: it records what is missing.';
    return new KeelsonError('configuration_invalid', message, { hint });
  }
}

/** What a function of somebody's own answered may be no answer at all, and must not spoil the folder. */
function readable(call: RecordedCall): string {
  const text = renderCallFile(call);
  parseCallFile(text);
  return text;
}

const isAlias = (name: string): boolean => aliasForm.test(name);

/** The key tells files apart; the name before it is for people. */
const endingOf = (key: string, occurrence: number): string => `.${key.slice(0, 12)}.${occurrence}.json`;

function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  // What begins so is something else.
  return plain === '' || plain === 'alias' ? `block-${plain}` : plain;
}

function findDoubles(calls: readonly FiledCall[]): string[] {
  const seen = new Map<string, string>();
  return calls.flatMap(({ file, key, call }) => {
    const place = `${key} ${call.occurrence}`;
    const before = seen.get(place);
    seen.set(place, file);
    return before === undefined ? [] : [`${before} and ${file} answer the same question; delete one of them`];
  });
}
