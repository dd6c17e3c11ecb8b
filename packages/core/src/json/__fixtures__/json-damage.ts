/**
 * Damages valid JSON documents the way language models and their surroundings do. It works on tokens of a sound
 * document and knows nothing of the repairer. Everything follows from a seed.
 */
import type { Json, JsonObject } from '../json.ts';

export type Random = () => number;

/** A small seeded generator (mulberry32): tests must not depend on chance. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const words = [
  'Anna', 'Paris', 'weather report', 'naïve café', '東京タワー', '🚀 launch', 'O\'Brien', "it's fine", "the dogs' bowl", 'x', '',
  'a, b and c', 'key: value', 'Note: check this, please', 'https://example.com/a?b=1&c=[2]', 'C:\\Users\\ann\\new', 'path/to/file.txt',
  'He said "hello" to me', '"quoted"', 'the "best" option, really', 'say "yes", or "no"', '5" pipe', 'title "A: B" ends',
  'use {braces} here', 'if (x) { return [1, 2]; }', 'function f() { return "ok"; }', '<div class="box">Hi</div>', 'a\nb', 'line one\n\nline two\ttabbed',
  '# heading\n- item', 'SELECT * FROM t WHERE name = \'x\'; -- done', '\\frac{1}{2}', '50% // off', '/* not a comment */', 'true', 'None', '42', '1e5', 'null',
  '2024-05-01T10:00:00Z', 'user@example.com', 'trailing space ', ' leading', 'a;b;c', '[see note]', '{"inner": "json"}', '```js\nlet x;\n```', '…', '“curly” words', '\u0007bell',
];
const names = [
  'name', 'city', 'user_id', 'items', 'title', 'description', 'is_active', 'price', 'tags', 'meta', 'created_at', 'a', 'b', 'x1', 'first name', 'content-type',
  'größe', '名前', 'notes', 'args', 'value', 'type', 'id', '$ref', 'query', 'options', "owner's", 'q: a',
];
const numbers = [0, 1, -1, 42, 3.14, -0.5, 1e21, 2.5e-7, 1234567890, 9007199254740991, 100, 7];

export function randomDocument(random: Random): Json {
  return random() < 0.8 ? randomObject(random, 3) : randomList(random, 3);
}

function randomValue(random: Random, depth: number): Json {
  const kind = random();
  if (depth > 0 && kind < 0.2) return randomObject(random, depth - 1);
  if (depth > 0 && kind < 0.36) return randomList(random, depth - 1);
  if (kind < 0.72) return randomText(random);
  if (kind < 0.88) return pick(random, numbers);
  return pick(random, [true, false, null]);
}

function randomText(random: Random): string {
  return random() < 0.7 ? pick(random, words) : `${pick(random, words)} ${pick(random, words)}`;
}

function randomObject(random: Random, depth: number): JsonObject {
  const object: Record<string, Json> = {};
  const size = below(random, 5) + (depth === 3 ? 1 : 0);
  for (let count = 0; count < size; count++) object[pick(random, names)] = randomValue(random, depth);
  return object;
}

function randomList(random: Random, depth: number): readonly Json[] {
  return Array.from({ length: below(random, 5) + (depth === 3 ? 1 : 0) }, () => randomValue(random, depth));
}

interface Token {
  readonly kind: 'open' | 'close' | 'comma' | 'colon' | 'name' | 'text' | 'number' | 'literal' | 'space';
  readonly source: string;
}

/** The tokens of a document, compact or indented. */
export function tokensOf(value: Json, isPretty: boolean): Token[] {
  const tokens: Token[] = [];
  const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|([{[])|([}\]])|(,)|(-?\d[\d.eE+-]*)|(true|false|null)|(\s+)/gu;
  for (const match of JSON.stringify(value, null, isPretty ? 2 : 0).matchAll(pattern)) {
    const [source, text, colon, open, close, comma, number, literal] = match;
    if (text !== undefined) {
      tokens.push({ kind: colon === undefined ? 'text' : 'name', source: text });
      if (colon !== undefined) tokens.push({ kind: 'colon', source: ':' });
    } else if (open !== undefined) tokens.push({ kind: 'open', source });
    else if (close !== undefined) tokens.push({ kind: 'close', source });
    else if (comma !== undefined) tokens.push({ kind: 'comma', source });
    else if (number !== undefined) tokens.push({ kind: 'number', source });
    else tokens.push({ kind: literal === undefined ? 'space' : 'literal', source });
  }
  return tokens;
}

const joined = (tokens: readonly Token[]): string => tokens.map((token) => token.source).join('');

function mapped(tokens: readonly Token[], kinds: readonly Token['kind'][], change: (source: string) => string): string {
  return tokens.map((token) => (kinds.includes(token.kind) ? change(token.source) : token.source)).join('');
}

/** Indexes of tokens that the predicate holds for. */
function where(tokens: readonly Token[], holds: (token: Token, index: number) => boolean): number[] {
  return tokens.flatMap((token, index) => (holds(token, index) ? [index] : []));
}

function without(tokens: readonly Token[], index: number | undefined): string | undefined {
  return index === undefined ? undefined : joined(tokens.filter((_, other) => other !== index));
}

function pythonString(source: string): string {
  const value = JSON.parse(source) as string;
  const body = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\u0007', '\\u0007');
  if (value.includes("'") && !value.includes('"')) return `"${body}"`;
  return `'${body.replaceAll("'", "\\'")}'`;
}

const before = [
  'Here is the JSON you asked for:\n\n', 'Sure! ', "I've looked it up, and here's the result:\n", 'As noted in [1], the "final" answer is:\n', 'Answer (see {docs}): ',
  'Let me think: the user wants a list of items.\n\nOutput:\n', 'json\n', 'const result = ',
];
const after = [
  '\n\nLet me know if you need anything else!', ' Hope this helps.', '\n\nNote: the "name" field is required, don\'t forget.', ';', '\n\nSources: [1], [2]', '\n---\nThat\'s it.',
];
const comments = [' // the value', ' /* optional */', ' # see above', ' // e.g. "x", y'];

/** One damage: the damaged text, or nothing when the document has no place for it. */
export type Damage = (tokens: readonly Token[], random: Random) => string | undefined;

const ifChanged = (damaged: string, tokens: readonly Token[]): string | undefined =>
  damaged === joined(tokens) ? undefined : damaged;

function trailingCommas(tokens: readonly Token[], random: Random): string | undefined {
  const isPlace = (token: Token, index: number) => token.kind === 'close' && tokens[index - 1]?.kind !== 'open' && random() < 0.7;
  const places = new Set(where(tokens, isPlace).map((index) => (tokens[index - 1]?.kind === 'space' ? index - 1 : index)));
  return places.size === 0 ? undefined : tokens.map((token, index) => (places.has(index) ? `,${token.source}` : token.source)).join('');
}

function unescapedQuotes(tokens: readonly Token[]): string | undefined {
  const unescape = (source: string) => `"${source.slice(1, -1).replaceAll('\\"', '"')}"`;
  return ifChanged(mapped(tokens, ['text'], unescape), tokens);
}

function commented(tokens: readonly Token[], random: Random): string | undefined {
  const isPlace = (index: number) => tokens[index + 1]?.kind === 'space' && tokens[index + 1]?.source.includes('\n') && random() < 0.5;
  const parts = tokens.map((token, index) => (isPlace(index) ? token.source + pick(random, comments) : token.source));
  return ifChanged(parts.join(''), tokens);
}

function lostClosers(tokens: readonly Token[], random: Random): string | undefined {
  let end = tokens.length;
  for (let count = 1 + below(random, 3); count > 0 && end > 1; count--) {
    if (tokens[end - 1]?.kind !== 'close') break;
    end--;
    if (tokens[end - 1]?.kind === 'space') end--;
  }
  return joined(tokens.slice(0, end));
}

export const damages: Readonly<Record<string, Damage>> = {
  'code fence': (tokens, random) => `${pick(random, ['```json\n', '```\n', '```JSON\n', '``` json\n'])}${joined(tokens)}\n\`\`\``,
  'prose around': (tokens, random) => pick(random, before) + joined(tokens) + (random() < 0.7 ? pick(random, after) : ''),
  'prose and fence': (tokens, random) => `${pick(random, before)}\`\`\`json\n${joined(tokens)}\n\`\`\`${pick(random, after)}`,
  'open fence': (tokens) => `\`\`\`json\n${joined(tokens)}`,
  'python repr': (tokens) =>
    mapped(
      tokens.map((token) => (token.kind === 'literal' ? { ...token, source: pythonLiteral(token.source) } : token)),
      ['text', 'name'],
      pythonString,
    ),
  'single quotes': (tokens) =>
    mapped(tokens, ['text', 'name'], (source) => `'${source.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`),
  'single quotes, unescaped apostrophes': (tokens) =>
    mapped(tokens, ['text', 'name'], (source) => `'${source.slice(1, -1).replaceAll('\\"', '"')}'`),
  'curly quotes': (tokens) => mapped(tokens, ['text', 'name'], (source) => `“${source.slice(1, -1)}”`),
  'curly quotes everywhere': (tokens) => {
    let isOpen = false;
    const curl = () => {
      isOpen = !isOpen;
      return isOpen ? '“' : '”';
    };
    return joined(tokens).replace(/"/g, curl);
  },
  'trailing commas': trailingCommas,
  'one comma lost': (tokens, random) => without(tokens, pick(random, where(tokens, (token) => token.kind === 'comma'))),
  'all commas lost': (tokens) => ifChanged(mapped(tokens, ['comma'], () => ' '), tokens),
  'doubled comma': (tokens) => ifChanged(mapped(tokens, ['comma'], () => ',,'), tokens),
  'bare names': (tokens, random) =>
    ifChanged(
      mapped(tokens, ['name'], (source) => (/^"[\p{L}_$][\p{L}\p{N}_$]*"$/u.test(source) && random() < 0.8 ? source.slice(1, -1) : source)),
      tokens,
    ),
  comments: commented,
  'python literals': (tokens) => ifChanged(mapped(tokens, ['literal'], pythonLiteral), tokens),
  'raw line breaks': (tokens) =>
    ifChanged(mapped(tokens, ['text'], (source) => source.replace(/\\\\|\\n|\\t/g, (found) => ({ '\\n': '\n', '\\t': '\t' })[found] ?? found)), tokens),
  'unescaped quotes': unescapedQuotes,
  'last closers lost': lostClosers,
  'one closer lost': (tokens, random) => without(tokens, pick(random, where(tokens, (token) => token.kind === 'close'))),
  'extra closers at the end': (tokens, random) => joined(tokens) + pick(random, ['}', ']', '}}', '\n}']),
  'doubled braces': (tokens) => ifChanged(mapped(tokens, ['open', 'close'], (source) => (/[{}]/.test(source) ? source + source : source)), tokens),
  'byte order mark': (tokens) => `\uFEFF${joined(tokens)}`,
  'needless backslashes': (tokens) => ifChanged(mapped(tokens, ['text'], (source) => source.replaceAll("'", "\\'")), tokens),
  'wrong last closer': (tokens) => joined(tokens).replace(/[}\]]$/, (found) => (found === '}' ? ']' : '}')),
  'JavaScript object': (tokens) =>
    `${mapped(
      tokens.map((token) => (token.kind === 'name' && /^"[a-z_$][\w$]*"$/.test(token.source) ? { ...token, source: token.source.slice(1, -1) } : token)),
      ['text', 'name'],
      (source) => (source.startsWith('"') ? `'${source.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : source),
    )};`,
  'fence, bare names and trailing commas': (tokens, random) => {
    const bare = tokens.map((token) => (token.kind === 'name' && /^"\w+"$/.test(token.source) ? { ...token, source: token.source.slice(1, -1) } : token));
    const damaged = trailingCommas(bare, random);
    return damaged === undefined ? undefined : `\`\`\`json\n${damaged}\n\`\`\``;
  },
  'prose, raw line breaks and unescaped quotes': (tokens, random) => {
    const damaged = unescapedQuotes(tokens);
    return damaged === undefined ? undefined : `${pick(random, before)}${damaged.replace(/([^\\])\\n/g, '$1\n')}\n${pick(random, after)}`;
  },
};

function pythonLiteral(source: string): string {
  return { true: 'True', false: 'False', null: 'None' }[source] ?? source;
}

export interface DamagedDocument {
  readonly kind: string;
  readonly value: Json;
  readonly text: string;
}

/** The same documents for the same seed, `perKind` of each damage. */
export function damagedDocuments(seed: number, perKind: number): readonly DamagedDocument[] {
  const random = seededRandom(seed);
  return Object.entries(damages).flatMap(([kind, damage]) => {
    const found: DamagedDocument[] = [];
    while (found.length < perKind) {
      const value = randomDocument(random);
      const text = damage(tokensOf(value, random() < 0.5), random);
      if (text !== undefined) found.push({ kind, value, text });
    }
    return found;
  });
}
