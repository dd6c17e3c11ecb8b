/**
 * The text of a lockfile as plain values that know where they stand. TOML is read by `smol-toml`; what its values lack,
 * their places and comments, is found by `toml-layout.ts`. What the values mean does not belong here.
 */
import { parse, TomlDate, TomlError } from 'smol-toml';
import { KeelsonError } from '../errors/index.ts';
import { isWithinBounds, type Json, type JsonObject, parseJson } from '../json/index.ts';
import { maxLockfileDepth, maxLockfileLength } from './bounds.ts';
import { LineCounter } from './line-counter.ts';
import { locateJson } from './locate-json.ts';
import { LockfileError, type LockProblem } from './lock-problem.ts';
import { pathKey, readTomlLayout, type TomlLayout, type TomlPath } from './toml-layout.ts';

export interface LockDocument {
  readonly fileName: string;
  readonly data: JsonObject;
  /** The place of an entry, or of the nearest that holds it. */
  placeOf(path: TomlPath): { readonly line: number; readonly column: number };
}

export function openDocument(text: string, fileName: string): LockDocument {
  assertSize(text, fileName);
  return isJsonText(text, fileName) ? openJson(text, fileName) : openToml(text, fileName);
}

/** No TOML text begins with a brace. */
const isJsonText = (text: string, fileName: string): boolean =>
  fileName.endsWith('.json') || /^\uFEFF?\s*\{/.test(text);

function assertSize(text: string, fileName: string): void {
  if (text.length <= maxLockfileLength) return;
  const says = `The file has ${text.length} characters; a lockfile may have ${maxLockfileLength}.`;
  throw new LockfileError([{ path: '', says }], { fileName });
}

function openToml(text: string, fileName: string): LockDocument {
  const data = parseToml(text, fileName);
  return { fileName, data, placeOf: placesIn(text, () => readTomlLayout(text).offsets) };
}

function parseToml(text: string, fileName: string): JsonObject {
  // The parser knows no byte order mark.
  const toml = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  try {
    return toJson(parse(toml, { maxDepth: maxLockfileDepth }), maxLockfileDepth) as JsonObject;
  } catch (error) {
    throw new LockfileError([tomlProblem(error)], { fileName, cause: error });
  }
}

function tomlProblem(cause: unknown): LockProblem {
  if (cause instanceof TomlError) {
    // Its message goes on with a picture of the place, which is told in another way here.
    const [first = ''] = cause.message.split('\n');
    const says = `This is not valid TOML: ${first.replace(/^Invalid TOML document: /, '')}.`;
    return { line: cause.line, column: cause.column, path: '', says };
  }
  if (KeelsonError.is(cause)) return { path: cause.details.field ?? '', says: cause.message };
  throw cause;
}

/** Times become the text that says them; everything else is what JSON has too. */
function toJson(value: unknown, levels: number): Json {
  if (levels < 0) throw new KeelsonError('configuration_invalid', 'The file is nested too deeply.');
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, levels - 1));
  // Minus zero would not survive being written.
  if (typeof value === 'number') return finite(value) + 0;
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, levels - 1)]));
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new KeelsonError('configuration_invalid', `The file holds ${value}, which is no amount of anything.`);
}

function openJson(text: string, fileName: string): LockDocument {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const data = parseJsonData(json, fileName);
  return { fileName, data, placeOf: placesIn(json, () => locateJson(json)) };
}

function parseJsonData(text: string, fileName: string): JsonObject {
  let data: Json;
  try {
    data = parseJson(text, 'lockfile');
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    const place = new LineCounter(text).placeOf(error.details.position ?? 0);
    throw new LockfileError([{ ...place, path: '', says: error.message }], { fileName, cause: error });
  }
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (isObject && isWithinBounds(data, maxLockfileDepth)) return data as JsonObject;
  const says = isObject ? 'The file is nested too deeply.' : 'A lockfile in JSON must be an object.';
  throw new LockfileError([{ line: 1, column: 1, path: '', says }], { fileName });
}

/** Places are looked for only once somebody asks: most files have nothing to complain about. */
function placesIn(text: string, locate: () => ReadonlyMap<string, number>): LockDocument['placeOf'] {
  let offsets: ReadonlyMap<string, number> | undefined;
  let lines: LineCounter | undefined;
  return (path) => {
    offsets ??= locate();
    lines ??= new LineCounter(text);
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(pathKey(path.slice(0, length)));
      if (offset !== undefined) return lines.placeOf(offset);
    }
    return { line: 1, column: 1 };
  };
}

/** Where everything stands in a TOML text; undefined for a text that is no TOML. */
export function findTomlLayout(text: string): TomlLayout | undefined {
  if (isJsonText(text, '')) return undefined;
  try {
    parse(text, { maxDepth: maxLockfileDepth });
  } catch {
    return undefined;
  }
  return readTomlLayout(text);
}
