/**
 * What a canonical value remembers of the wire it came from: fields its dialect does not know, and how one meaning was
 * spelled where a format has several spellings. Meaning never lives here; a renderer of another dialect ignores it all.
 */
import { type Json, type JsonObject, setField } from '../json/index.ts';

/** Fields that the named dialect does not know, by path inside the wire object (`function/x`; `~1` is a slash). */
export type Extensions = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** How one dialect wrote a value that it could have written otherwise. */
export interface Spelling {
  readonly dialect: string;
  /** Known fields that were present as `null`. */
  readonly nulls?: readonly string[];
  /** Known objects that were present without any field. */
  readonly empty?: readonly string[];
  /** Which of several names or layouts was used: `{ max_output: 'max_tokens', content: 'list' }`. */
  readonly forms?: Readonly<Record<string, string>>;
}

export interface Annotated {
  readonly extensions?: Extensions;
  readonly spelling?: Spelling;
}

/** Fields that were found unknown one by one, as a stream finds them. */
export function extensionsOf(fields: Readonly<Record<string, Json>>, dialect: string): Annotated {
  return Object.keys(fields).length === 0 ? {} : { extensions: { [dialect]: fields } };
}

/** The spelling form of `node` if `dialect` wrote it. */
export function formOf(node: Annotated | undefined, dialect: string, field: string): string | undefined {
  const spelling = node?.spelling;
  return spelling?.dialect === dialect ? spelling.forms?.[field] : undefined;
}

/** Whether `dialect` itself wrote this node, so that its spelling may be repeated. */
export function isSpelledBy(node: Annotated | undefined, dialect: string): boolean {
  return node?.spelling?.dialect === dialect;
}

/**
 * Adds to a rendered wire object what `node` remembers of the same dialect. Unknown fields are set as they were; nulls and
 * empty objects only where nothing was rendered.
 */
export function applyAnnotations(wire: JsonObject, node: Annotated | undefined, dialect: string): void {
  if (node === undefined) return;
  const extra = node.extensions?.[dialect];
  if (extra !== undefined)
    for (const path of Object.keys(extra)) setAt(wire, path, extra[path] as Json, true);
  if (node.spelling?.dialect !== dialect) return;
  for (const path of node.spelling.nulls ?? []) setAt(wire, path, null, false);
  for (const path of node.spelling.empty ?? []) setAt(wire, path, {}, false);
}

/** One path segment, safe to join with `/`. */
export function escapeSegment(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

function unescapeSegment(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}

function setAt(wire: JsonObject, path: string, value: Json, override: boolean): void {
  const segments = path.split('/').map(unescapeSegment);
  const last = segments.pop() as string;
  let target = wire as Record<string, Json>;
  for (const segment of segments) {
    const next = Object.hasOwn(target, segment) ? target[segment] : undefined;
    if (next === undefined) {
      const created = {};
      setField(target, segment, created);
      target = created;
    } else if (next !== null && typeof next === 'object' && !Array.isArray(next))
      target = next as Record<string, Json>;
    else return;
  }
  if (override || !Object.hasOwn(target, last)) setField(target, last, value);
}

/** Both annotations of one node, later ones winning; used when a node's facts arrive over several stream events. */
export function mergeAnnotations(first: Annotated, second: Annotated): Annotated {
  const extensions = mergeExtensions(first.extensions, second.extensions);
  const spelling = mergeSpelling(first.spelling, second.spelling);
  return { ...(extensions && { extensions }), ...(spelling && { spelling }) };
}

function mergeExtensions(
  first: Extensions | undefined,
  second: Extensions | undefined,
): Extensions | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  const merged: Record<string, Readonly<Record<string, Json>>> = { ...first };
  for (const dialect of Object.keys(second)) merged[dialect] = { ...merged[dialect], ...second[dialect] };
  return merged;
}

function mergeSpelling(first: Spelling | undefined, second: Spelling | undefined): Spelling | undefined {
  if (first === undefined || second === undefined || first.dialect !== second.dialect) return second ?? first;
  return {
    dialect: second.dialect,
    nulls: [...(first.nulls ?? []), ...(second.nulls ?? [])],
    empty: [...(first.empty ?? []), ...(second.empty ?? [])],
    forms: { ...first.forms, ...second.forms },
  };
}
