/**
 * Fields that mean the same in two formats and differ only in name: declared once as rows, read and written by the same
 * rows, and counted as losses where a dialect has no row. Anything with a shape of its own is a dialect's function.
 */
import type { Json } from '../json/index.ts';
import type { Loss } from './loss.ts';
import type {
  CacheHints,
  ChatRequest,
  CompletionOptions,
  Metadata,
  OutputOptions,
  Reasoning,
  Sampling,
  ServiceOptions,
  StreamOptions,
} from './request.ts';
import { reportTurnStates } from './unsaid-state.ts';
import type { WireObject } from './wire-object.ts';

type In<Group extends string, Fields> = `${Group}.${Exclude<keyof Fields, symbol | number>}`;

/** Where a value lives in a `ChatRequest`. */
export type RequestPath =
  | 'parallelTools'
  | 'stop'
  | 'maxOutputTokens'
  | 'stream'
  | 'toolChoice'
  | 'outputFormat'
  | In<'sampling', Sampling>
  | In<'reasoning', Reasoning>
  | In<'cache', CacheHints>
  | In<'metadata', Metadata>
  | In<'service', ServiceOptions>
  | In<'output', OutputOptions>
  | In<'completion', CompletionOptions>
  | In<'streamOptions', StreamOptions>;

export type WireKind = 'string' | 'number' | 'boolean' | 'strings' | 'list' | 'record' | 'json';

/** One row: the field's name on the wire, its place in the request, and what it holds. */
export type WireField = readonly [wire: string, path: RequestPath, kind: WireKind];

type Groups = Record<string, unknown>;

/** Reads every row that is present into a partial request. */
export function readFields(wire: WireObject, fields: readonly WireField[]): Partial<ChatRequest> {
  const request: Groups = {};
  for (const [name, path, kind] of fields) {
    const value = wire[kind](name);
    if (value !== undefined) setPath(request, path, value);
  }
  return request as Partial<ChatRequest>;
}

/** Writes every row that the request has. */
export function writeFields(request: ChatRequest, fields: readonly WireField[]): Record<string, Json> {
  const wire: Record<string, Json> = {};
  for (const [name, path] of fields) {
    const value = getPath(request, path);
    if (value !== undefined) wire[name] = value as Json;
  }
  return wire;
}

/** Joins two partial requests read from different places; groups are joined field by field. */
export function joinRequests(...parts: readonly Partial<ChatRequest>[]): Partial<ChatRequest> {
  const joined: Groups = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const isGroup = groups.has(key) && joined[key] !== undefined;
      joined[key] = isGroup ? { ...(joined[key] as object), ...(value as object) } : value;
    }
  }
  return joined as Partial<ChatRequest>;
}

const groups: ReadonlySet<string> = new Set([
  'sampling',
  'reasoning',
  'cache',
  'metadata',
  'service',
  'output',
  'completion',
  'streamOptions',
]);

const leaves = ['parallelTools', 'stop', 'maxOutputTokens', 'toolChoice', 'outputFormat'] as const;

/** Annotations, and how the caller wants its answer cut, which concerns no provider. */
const annotationKeys: ReadonlySet<string> = new Set(['extensions', 'spelling', 'framing']);

/** What a format without the field does anyway, so that nothing is lost with it. */
const neutral: Readonly<Record<string, unknown>> = {
  'sampling.choices': 1,
  'sampling.logprobs': false,
  'service.rawPrompt': false,
};

/** A loss for every request field that is set and not among those the dialect can say. */
export function reportUnsaid(request: ChatRequest, said: ReadonlySet<string>, dialect: string): Loss[] {
  const losses: Loss[] = [];
  const report = (path: string): void => {
    if (!said.has(path))
      losses.push({ field: path, action: 'dropped', detail: `${dialect} has no such field.` });
  };
  for (const key of leaves) if (request[key] !== undefined) report(key);
  losses.push(...foreignHeaders(request, dialect));
  if (!said.has('turns.opaque')) losses.push(...reportTurnStates(request.turns, dialect));
  if (!said.has('turns.prefix')) losses.push(...unsaidPrefixes(request, dialect));
  if (request.dialect !== dialect) reportForeignExtensions(request, '', dialect, losses);
  for (const group of groups) {
    const fields = request[group as keyof ChatRequest] as Groups | undefined;
    for (const key of Object.keys(fields ?? {})) {
      const path = `${group}.${key}`;
      const value = fields?.[key];
      if (value !== undefined && value !== neutral[path] && !annotationKeys.has(key)) report(path);
    }
  }
  return losses;
}

/** Turns that the answer should continue. */
function unsaidPrefixes({ turns }: ChatRequest, dialect: string): Loss[] {
  return turns.flatMap((turn, index): Loss[] => {
    if (turn.role !== 'assistant' || turn.prefix !== true) return [];
    const detail = `${dialect} has no such field.`;
    return [{ field: `turns[${index}].prefix`, action: 'dropped', detail }];
  });
}

/** Headers of another dialect, but for its version, which means nothing elsewhere. */
function foreignHeaders(request: ChatRequest, dialect: string): Loss[] {
  return Object.entries(request.headers ?? {})
    .filter(([owner]) => owner !== dialect)
    .flatMap(([owner, headers]) => Object.keys(headers).map((header) => ({ owner, header })))
    .filter(({ header }) => !header.endsWith('-version'))
    .map(({ owner, header }) => ({
      field: `headers.${owner}.${header}`,
      action: 'dropped',
      detail: `Only ${owner} knows it.`,
    }));
}

/** A loss for every field of another dialect that nobody here knows, wherever in the request it stands. */
export function reportForeignExtensions(node: object, at: string, dialect: string, losses: Loss[]): void {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null || key === 'spelling' || opaqueToUs.has(key)) continue;
    const path = joinPath(at, key, Array.isArray(node));
    if (key !== 'extensions') reportForeignExtensions(value, path, dialect, losses);
    else losses.push(...extensionLosses(value, path, dialect));
  }
}

function joinPath(at: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${at}[${key}]`;
  return at === '' ? key : `${at}.${key}`;
}

/** Fields whose content is the caller's data, not part of the model. */
const opaqueToUs: ReadonlySet<string> = new Set([
  'parameters',
  'schema',
  'value',
  'raw',
  'inputExamples',
  'headers',
  'values',
  'tokens',
]);

function extensionLosses(extensions: object, path: string, dialect: string): Loss[] {
  return Object.entries(extensions)
    .filter(([owner]) => owner !== dialect)
    .flatMap(([owner, fields]) => Object.keys(fields as object).map((field) => ({ owner, field })))
    .map(({ owner, field }) => ({
      field: `${path}.${owner}.${field}`,
      action: 'dropped',
      detail: `Only ${owner} knows this field.`,
    }));
}

function setPath(target: Groups, path: string, value: unknown): void {
  const dot = path.indexOf('.');
  if (dot < 0) {
    target[path] = value;
    return;
  }
  const group = path.slice(0, dot);
  const fields = (target[group] ?? {}) as Groups;
  fields[path.slice(dot + 1)] = value;
  target[group] = fields;
}

function getPath(request: ChatRequest, path: string): unknown {
  const dot = path.indexOf('.');
  const source = request as unknown as Groups;
  if (dot < 0) return source[path];
  return (source[path.slice(0, dot)] as Groups | undefined)?.[path.slice(dot + 1)];
}
