/** One fault to be carried out, read from `name setting=value`, and the questions that others ask of it. */
import type { FramingName } from '@keelson/core';
import { parseAssignments, parseDuration, refuseScript } from '../notation/index.ts';
import { type FaultName, type FaultSetting, faultNames, faultRow } from './fault-table.ts';

export interface Fault {
  readonly name: FaultName;
  /** Counts, and durations in milliseconds; defaults are filled in. */
  readonly settings: Readonly<Record<string, number>>;
  /** When it was asked for by its number: no vendor's own status comes before it. */
  readonly status?: number;
}

/** `parseFault('rate-limit retry-after=2')`; a status that some fault has will do as a name. */
export function parseFault(text: string): Fault {
  const [word = '', ...rest] = text.trim().split(/\s+/);
  const name = findName(word);
  if (name === undefined) {
    const known = faultNames.join(', ');
    throw refuseScript(`\`${word}\` is no fault of the simulator; it knows ${known}.`, known);
  }
  const settings = readSettings(name, rest.join(' '));
  return name === word ? { name, settings } : { name, settings, status: Number(word) };
}

function findName(word: string): FaultName | undefined {
  return faultNames.find((name) => name === word || String(faultRow(name).error?.status) === word);
}

function readSettings(name: FaultName, text: string): Record<string, number> {
  const rows = faultRow(name).settings ?? {};
  const settings: Record<string, number> = {};
  for (const [key, { default: value }] of Object.entries(rows))
    if (value !== undefined) settings[key] = value;
  for (const [key, value] of parseAssignments(text, `the fault \`${name}\``)) {
    const row = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (row === undefined) {
      const known = Object.keys(rows).join(', ') || 'none';
      throw refuseScript(`The fault \`${name}\` has no setting \`${key}\`; it has ${known}.`, known);
    }
    settings[key] = readSetting(row, `${key}=${value}`, value);
  }
  return settings;
}

function readSetting({ unit }: FaultSetting, shown: string, value: string): number {
  const number = unit === 'count' ? readCount(value) : parseDuration(value, unit);
  if (number !== undefined) return number;
  const expected =
    unit === 'count' ? 'a whole number from 1' : 'a duration such as `200ms` or `2s`, a day at most';
  throw refuseScript(`\`${shown}\` must be ${expected}.`, expected);
}

function readCount(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** What a fault would strike: whether the answer is a stream, and in which framing. */
export interface Struck {
  readonly isStream: boolean;
  readonly framing: FramingName | undefined;
}

/** Why the fault means nothing here; undefined when it does mean something. */
export function whyInapplicable({ name }: Fault, { isStream, framing }: Struck): string | undefined {
  const row = faultRow(name);
  if (row.framing !== undefined && row.framing !== framing) {
    const here = framing === undefined ? 'has none' : `is \`${framing}\``;
    return `The fault \`${name}\` does not apply: it exists in the framing \`${row.framing}\` only, and this one ${here}.`;
  }
  if (row.streamOnly === true && !isStream)
    return `The fault \`${name}\` does not apply: it exists in streams only.`;
  return undefined;
}
