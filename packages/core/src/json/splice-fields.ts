/**
 * Changes fields of a JSON object in its text, so that everything else stays byte for byte as it was and nothing is
 * written out again. Only for text that `JSON.parse` has accepted as an object.
 */

interface Field {
  readonly start: number;
  readonly end: number;
}

/** A field's value, and all that goes with it when it is taken out: its name and the comma at one side. */
interface FoundField extends Field {
  readonly cutStart: number;
  readonly cutEnd: number;
}

interface Place extends Field {
  readonly value: string;
}

/**
 * The text with these fields replaced, or added at the end, or taken out where the value is undefined. Undefined where it cannot be said which of several equal or
 * escaped names a reader would believe: the caller then has to write the object anew.
 *
 * @example
 * spliceFields('{ "model": "fast", "n": 1 }', { model: '"gpt-5"' }); // '{ "model": "gpt-5", "n": 1 }'
 */
export function spliceFields(
  text: string,
  values: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const found = findFields(text, values);
  if (found === undefined) return undefined;
  const places: Place[] = [];
  const added: string[] = [];
  for (const name in values) {
    const field = found.get(name);
    const value = values[name];
    if (value === undefined) {
      if (field !== undefined) places.push({ value: '', start: field.cutStart, end: field.cutEnd });
    } else if (field === undefined) added.push(`${JSON.stringify(name)}:${value}`);
    else places.push({ value, start: field.start, end: field.end });
  }
  let spliced = '';
  let from = 0;
  for (const { value, start, end } of places.length > 1 ? places.toSorted(byStart) : places) {
    spliced += text.slice(from, start) + value;
    from = end;
  }
  if (added.length === 0) return spliced + text.slice(from);
  const close = text.lastIndexOf('}');
  const kept = spliced + text.slice(from, close);
  const isEmpty = /^\s*\{\s*$/.test(kept);
  return `${kept}${isEmpty ? '' : ','}${added.join(',')}${text.slice(close)}`;
}

function byStart(a: Field, b: Field): number {
  return a.start - b.start;
}

/** The wanted fields of the outermost object. */
function findFields(
  text: string,
  wanted: Readonly<Record<string, string | undefined>>,
): Map<string, FoundField> | undefined {
  const found = new Map<string, FoundField>();
  let lastEnd = 0;
  // The comma in front goes with what is taken out, or the one behind while nothing is in front.
  let hasKept = false;
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const nameEnd = skipText(text, at);
    const name = text.slice(at + 1, nameEnd - 1);
    if (name.includes('\\')) return undefined;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    const nameStart = at;
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    const isWanted = Object.hasOwn(wanted, name);
    if (isWanted) {
      if (found.has(name)) return undefined;
      found.set(name, { start, end, cutStart: hasKept ? lastEnd : nameStart, cutEnd: hasKept ? end : at });
    }
    if (!isWanted || wanted[name] !== undefined) hasKept = true;
    lastEnd = end;
  }
  return found;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** From an opening quote to behind the closing one. */
function skipText(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function skipValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return skipText(text, from);
  if (first === '{' || first === '[') return skipNested(text, from);
  let at = from;
  while (at < text.length && !endsValue(text.charCodeAt(at))) at += 1;
  return at;
}

function endsValue(code: number): boolean {
  return code === comma || code === closeBrace || code === closeBracket || code <= 0x20;
}

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function skipNested(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = skipText(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
