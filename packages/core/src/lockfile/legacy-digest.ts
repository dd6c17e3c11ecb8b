/**
 * The digest that LLMRing gave to a lockfile: over everything in it, times included, so that any saving changes it. It is
 * only there to match receipts of old to files of old.
 */
import { parse, TomlDate } from 'smol-toml';
import { sha256Hex } from '../json/index.ts';
import { maxLockfileDepth } from './bounds.ts';
import { PythonFloat, type PythonValue, pythonJson } from './python-json.ts';

type Table = { readonly [key: string]: PythonValue };

/**
 * Undefined for a file without its times, which LLMRing would have filled with the moment of reading. `text` is an
 * `llmring.lock` that `migrateLockfile` can read. Exact for files of version 3.5; LLMRing stopped hashing before the later
 * forms, whose fields go by the same rule.
 */
export function legacyDigest(text: string): string | undefined {
  const data = /^\s*\{/.test(text) ? readJson(text) : readToml(text);
  if (typeof data.created_at !== 'string' || typeof data.updated_at !== 'string') return undefined;
  const isLater = data.metadata !== undefined || data.extends !== undefined || hasPools(data);
  const whole: Table = {
    version: data.version ?? '1.0',
    created_at: isoTime(data.created_at),
    updated_at: isoTime(data.updated_at),
    default_profile: data.default_profile ?? 'default',
    profiles: mapTable(data.profiles, wholeProfile),
    ...(isLater && { metadata: data.metadata ?? {} }),
    ...(data.extends !== undefined && { extends: data.extends }),
  };
  return sha256Hex(pythonJson(whole));
}

const hasPools = (data: Table): boolean =>
  Object.values(isTable(data.profiles) ? data.profiles : {}).some(
    (profile) => isTable(profile) && listOf(profile.bindings).some((binding) => binding.models !== undefined),
  );

function wholeProfile(profile: Table, name: string): Table {
  return {
    name: profile.name ?? name,
    bindings: listOf(profile.bindings).map(wholeBinding),
    registry_versions: profile.registry_versions ?? {},
  };
}

/** Fields that LLMRing did not know were dropped when it read them. */
function wholeBinding(binding: Table): Table {
  const constraints = binding.constraints ?? null;
  if (binding.models !== undefined)
    return { alias: binding.alias ?? '', models: binding.models, constraints };
  return {
    alias: binding.alias ?? '',
    provider: binding.provider ?? '',
    model: binding.model ?? '',
    constraints,
  };
}

const isTable = (value: PythonValue | undefined): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonFloat);

const listOf = (value: PythonValue | undefined): readonly Table[] =>
  Array.isArray(value) ? (value as readonly PythonValue[]).filter(isTable) : [];

function mapTable(table: PythonValue | undefined, told: (inner: Table, key: string) => Table): Table {
  if (!isTable(table)) return {};
  const entries = Object.entries(table).filter((entry): entry is [string, Table] => isTable(entry[1]));
  return Object.fromEntries(entries.map(([key, inner]) => [key, told(inner, key)]));
}

const timeForm = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?)?$/;

/** As Python tells the time that it has read. */
function isoTime(text: string): string {
  const [, date = '', minutes = '00:00', seconds = ':00', fraction = '', zone = ''] =
    timeForm.exec(text) ?? [];
  if (date === '') return text;
  const micros = fraction.padEnd(6, '0').slice(0, 6);
  const part = Number(micros) === 0 ? '' : `.${micros}`;
  return `${date}T${minutes}${seconds}${part}${zone === 'Z' ? '+00:00' : zone}`;
}

function readToml(text: string): Table {
  return fromToml(parse(text, { integersAsBigInt: true, maxDepth: maxLockfileDepth })) as Table;
}

/** The parser gives whole numbers another type, so all that are left are floats. */
function fromToml(value: unknown): PythonValue {
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === 'number') return new PythonFloat(value);
  if (Array.isArray(value)) return value.map(fromToml);
  if (typeof value !== 'object' || value === null) return value as PythonValue;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromToml(inner)]));
}

type Reviver = (key: string, value: PythonValue, context?: { readonly source?: string }) => PythonValue;

/** Runtimes that do not tell how a number was written take `1.0` for `1`. */
function readJson(text: string): Table {
  const revive: Reviver = (_key, value, context) =>
    typeof value === 'number' && /[.eE]/.test(context?.source ?? String(value))
      ? new PythonFloat(value)
      : value;
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]) as Table;
}
