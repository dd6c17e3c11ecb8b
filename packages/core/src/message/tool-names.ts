/**
 * Tool names (and call ids) that a format does not allow are written in a form that it does, and read back when they
 * return. Each illegal character becomes `_uXXXX_`, its UTF-16 code unit; the two functions are inverse to each other for
 * every name, so no two names ever meet. A name that is too long even so keeps its head and gets a digest; it is
 * restored from the request's tool list, which whoever renders the answer has at hand.
 */
import type { Loss } from './loss.ts';

export interface NameRule {
  readonly maxLength: number;
}

const legal = /^[A-Za-z0-9_-]+$/;
const illegalUnit = /[^A-Za-z0-9_-]/g;
/** An escape as it is read. */
const escapes = /_u([0-9a-f]{4})(?=_)/g;
/** The same in a name that is yet to be escaped: what is illegal after it will begin with an underscore, too. */
const futureEscape = /_u([0-9a-f]{4})(?=[^A-Za-z0-9-])/g;

/** The name as the format may see it. */
export function encodeName(name: string, rule: NameRule): string {
  // Escaping only makes longer, so of a name that is too long already no more than its head is looked at.
  const escaped = escapeName(name.slice(0, rule.maxLength));
  const fits = name.length <= rule.maxLength && escaped.length <= rule.maxLength;
  return fits ? escaped : shorten(name, escaped, rule.maxLength);
}

function escapeName(name: string): string {
  const hasUnderscores = name.includes('_u');
  if (!hasUnderscores && legal.test(name)) return name;
  const unambiguous = hasUnderscores ? escapeUnderscores(name) : name;
  return unambiguous.replace(illegalUnit, (unit) => `_u${unit.charCodeAt(0).toString(16).padStart(4, '0')}_`);
}

/** Underscores that would be read as the beginning of an escape. */
function escapeUnderscores(name: string): string {
  const ambiguous = findEscapes(name, futureEscape);
  return name.replaceAll('_', (underscore, at: number) => (ambiguous.has(at) ? '_u005f_' : underscore));
}

/** The name as its author wrote it. Names that nobody encoded come back unchanged. */
export function decodeName(wire: string): string {
  if (!wire.includes('_u')) return wire;
  let decoded = '';
  let from = 0;
  for (const at of [...findEscapes(wire, escapes)].reverse()) {
    // The underscore that ends one escape does not begin another.
    if (at < from) continue;
    decoded += wire.slice(from, at) + unitOf(wire.slice(at + 2, at + 6));
    from = at + '_uXXXX_'.length;
  }
  return decoded + wire.slice(from);
}

/**
 * Where escapes of ours stand, the last one first. We escape what is illegal, and an underscore only in front of an
 * escape: whatever else looks like one belongs to the name.
 */
function findEscapes(text: string, pattern: RegExp): Set<number> {
  const found = new Set<number>();
  for (const match of [...text.matchAll(pattern)].reverse()) {
    const unit = unitOf(match[1] as string);
    const next = match.index + match[0].length;
    const isOurs = unit === '_' ? found.has(next) || !legal.test(text.charAt(next)) : !legal.test(unit);
    if (isOurs) found.add(match.index);
  }
  return found;
}

function unitOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

const digestLength = 13;

function shorten(name: string, escaped: string, maxLength: number): string {
  // A hyphen, because an underscore would complete an escape that is cut in the middle.
  return `${escaped.slice(0, maxLength - digestLength - 2)}-h${digest(name)}`;
}

/** 64 bits in base 36: two FNV-1a digests, of the units in order and of the units with their places. */
function digest(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ (unit + index), 0x85ebca6b);
    second ^= second >>> 13;
  }
  const hash = (BigInt(first >>> 0) << 32n) | BigInt(second >>> 0);
  return hash.toString(36).padStart(digestLength, '0');
}

/** Whether a name may have been shortened, so that looking it up among the tools is worth while. */
export function isShortened(wire: string): boolean {
  return /-h[0-9a-z]{13}$/.test(wire);
}

/** Finds the tool whose shortened name this is; returns the name unchanged when there is none. */
export function restoreName(wire: string, names: Iterable<string>): string {
  if (!isShortened(wire)) return wire;
  const suffix = wire.slice(-digestLength);
  for (const name of names) if (name !== wire && digest(name) === suffix) return name;
  return wire;
}

/**
 * How a name stood on the wire, for its spelling: `verbatim` when the format's rule does not allow it, so that it is
 * repeated as it was; `escaped` when it was already in escaped form, so that escaping it again renames nothing.
 */
export function nameForm(wire: string, rule: NameRule): 'verbatim' | 'escaped' | undefined {
  const decoded = decodeName(wire);
  if (encodeName(decoded, rule) !== wire) return 'verbatim';
  return decoded === wire ? undefined : 'escaped';
}

export interface NamePlace {
  /** The form that the name's spelling remembers, if this dialect wrote it. */
  readonly form: string | undefined;
  readonly rule: NameRule;
  readonly field: string;
}

/** A name or id as the format may see it, with a loss when it differs from what its author wrote. */
export function renderName(original: string, { form, rule, field }: NamePlace, losses: Loss[]): string {
  if (form === 'verbatim') return original;
  const wire = encodeName(original, rule);
  if (wire !== original && form !== 'escaped') {
    losses.push({ field, action: 'renamed', detail: `\`${original}\` is sent as \`${wire}\`.` });
  }
  return wire;
}
