/**
 * The lines of a journal: what was set aside before a call was sent, and what it cost when it was over. Each says how long it
 * is and carries a checksum, so that a line that was cut short or spoilt is known to be no line.
 */
import { crc32 } from 'node:zlib';
import { isJsonObject, type Json, type JsonObject } from '@keelson/core';

/** Of a budget's window, in a line about a call. */
interface JournalShare {
  readonly budgetId: string;
  readonly startsAt: number;
  readonly amount: number;
}

export interface ReservedLine {
  readonly kind: 'reserved';
  /** Counts all lines of one process. */
  readonly number: number;
  readonly callId: string;
  readonly at: number;
  readonly shares: readonly JournalShare[];
  /** What a record and a receipt need. */
  readonly call: JsonObject;
}

export interface SettledLine {
  readonly kind: 'settled';
  readonly number: number;
  readonly callId: string;
  readonly at: number;
  readonly shares: readonly JournalShare[];
  readonly outcome: JsonObject;
}

export type JournalLine = ReservedLine | SettledLine;

/** `shares` is the inside of a list of `"id",window,amount`; `facts` is the text of a JSON object. */
export function renderLine(
  kind: 'r' | 's',
  number: number,
  { callId, at, shares, facts }: { callId: string; at: number; shares: string; facts: string },
): string {
  const text = `["${kind}",${number},${JSON.stringify(callId)},${at},[${shares}],${facts}]`;
  return `${Buffer.byteLength(text)} ${crc32(text)} ${text}\n`;
}

export interface ReadLines {
  readonly lines: readonly JournalLine[];
  /** Lines that are none. One at the end is a write that a killed process did not finish. */
  readonly spoilt: number;
}

const newline = 0x0a;

export function parseLines(bytes: Buffer): ReadLines {
  const lines: JournalLine[] = [];
  let spoilt = 0;
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newline, from);
    const end = found === -1 ? bytes.length : found;
    const line = found === -1 ? undefined : parseLine(bytes.subarray(from, end));
    if (line !== undefined) lines.push(line);
    else if (end > from) spoilt += 1;
    from = end + 1;
  }
  return { lines, spoilt };
}

const head = /^(\d{1,9}) (\d{1,10}) /;

function parseLine(bytes: Buffer): JournalLine | undefined {
  const match = head.exec(bytes.toString('latin1', 0, 24));
  if (match === null) return undefined;
  const text = bytes.subarray(match[0].length);
  if (text.length !== Number(match[1]) || crc32(text) !== Number(match[2])) return undefined;
  try {
    return toLine(JSON.parse(text.toString('utf8')) as Json);
  } catch {
    return undefined;
  }
}

function toLine(value: Json): JournalLine | undefined {
  if (!Array.isArray(value)) return undefined;
  const [kind, number, callId, at, list, facts] = value as readonly Json[];
  if (typeof number !== 'number' || typeof callId !== 'string' || typeof at !== 'number') return undefined;
  if (!Array.isArray(list) || !isJsonObject(facts ?? null)) return undefined;
  const shares: JournalShare[] = [];
  for (let from = 0; from + 2 < list.length; from += 3) {
    const [budgetId, startsAt, amount] = list.slice(from, from + 3) as [string, number, number];
    shares.push({ budgetId, startsAt, amount });
  }
  const common = { number, callId, at, shares };
  if (kind === 'r') return { kind: 'reserved', ...common, call: facts as JsonObject };
  return kind === 's' ? { kind: 'settled', ...common, outcome: facts as JsonObject } : undefined;
}
