/** What the renderers of this folder share: where they report, how names are sought, and how cache marks are written. */
import type { Json } from '../../json/index.ts';
import type { CacheMark, Loss, Reading } from '../../message/index.ts';

/** Where blocks are read. */
export interface Place {
  readonly path: string;
  readonly reading: Reading;
  /** Whether the model said them, now or in an earlier turn. */
  readonly isAnswer: boolean;
}

export interface Rendering {
  readonly losses: Loss[];
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether the blocks are an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
  readonly provider?: string | undefined;
  /** Names of documents given so far; each may stand only once in a request. */
  readonly documents: Set<string>;
}

export function drop({ losses }: Pick<Rendering, 'losses'>, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

/** The mark as an element of its own, with a life time this format knows. */
export function renderCachePoint(
  cache: CacheMark,
  field: string,
  rendering: Pick<Rendering, 'losses' | 'isOwn'>,
): Record<string, Json> {
  const { ttl } = cache;
  const isKnown = ttl === undefined || rendering.isOwn || ttl === '5m' || ttl === '1h';
  if (!isKnown) drop(rendering, `${field}.cache.ttl`, 'Its life times are 5m and 1h.');
  return { cachePoint: { type: 'default', ...(isKnown && ttl !== undefined && { ttl }) } };
}

/** The mark that an element is, if it is nothing but a mark. */
export function cacheMarkOf(value: Json): CacheMark | undefined {
  const { cachePoint, ...others } = asObject(value);
  const { type, ttl, ...rest } = asObject(cachePoint ?? null);
  const isPlain = type === 'default' && (ttl === undefined || typeof ttl === 'string');
  if (!isPlain || Object.keys(others).length + Object.keys(rest).length > 0) return undefined;
  return ttl === undefined ? {} : { ttl };
}

function asObject(value: Json): { readonly [key: string]: Json } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as { readonly [key: string]: Json }) : {};
}

/** Texts that stand in a list here and are one text elsewhere: how long each was, unless there is just one. */
export function lengthsOf(texts: readonly string[]): string | undefined {
  return texts.length === 1 ? undefined : texts.map((text) => text.length).join(',');
}

/** The list again, as long as the text still has the length it had. */
export function splitText(text: string, lengths: string | undefined): { readonly text: string }[] {
  const sizes = lengths === '' ? [] : (lengths?.split(',').map(Number) ?? [text.length]);
  if (sizes.reduce((sum, size) => sum + size, 0) !== text.length) return [{ text }];
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return { text: text.slice(at - size, at) };
  });
}

/** The texts of a list of `{text}`, or undefined when it holds anything else. */
export function textsOf(values: readonly Json[] | undefined): string[] | undefined {
  const texts = values?.map((value) => {
    const { text, ...rest } = asObject(value);
    return typeof text === 'string' && Object.keys(rest).length === 0 ? text : undefined;
  });
  return texts?.every((text) => text !== undefined) ? texts : undefined;
}
