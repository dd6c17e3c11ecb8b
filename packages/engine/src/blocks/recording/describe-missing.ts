/**
 * What to say of a question that a recording does not hold: who asks, what is nearest to it, and where the two part. Of both,
 * one line is shown: it is for whoever writes the test, and recordings hold prompts anyway.
 */
import { canonicalJson, type Json, type JsonObject } from '@keelson/core';
import type { Inquiry } from './call-book.ts';
import type { FiledCall } from './recording-folder.ts';

export interface MissingCall {
  readonly sentence: string;
  /** For the failure. */
  readonly details: JsonObject;
}

interface Difference {
  readonly field: string;
  /** From 1, in fields of text. */
  readonly line?: number;
  readonly asked: string;
  readonly recorded: string;
}

const shownCharacters = 120;

export function describeMissing(asked: Inquiry, calls: readonly FiledCall[], folder: string): MissingCall {
  const { kind, block, node = block, occurrence, key } = asked;
  const who = node === block ? `\`${block}\`` : `\`${block}\` (node \`${node}\`)`;
  const whom =
    kind === 'model' ? `\`${asked.question.alias}\`` : `${asked.question.method} ${asked.question.url}`;
  const again = `Run it once with \`recordRuns('${folder}', environment)\`, which records what is missing`;
  const place = { block, node, kind };
  const sameKey = calls.filter((filed) => filed.key === key);
  if (sameKey.length > 0)
    return {
      sentence: `${who} asks ${whom} the same for the ${ordinal(occurrence)} time in its run, and that is recorded only ${sameKey.length === 1 ? 'once' : `${sameKey.length} times`}. ${again}.`,
      details: { ...place, occurrence, recorded: sameKey.length, hint: again },
    };
  const nearest = findNearest(asked, calls);
  if (nearest === undefined) {
    const what = kind === 'model' ? 'no call of a model' : 'no request';
    return {
      sentence: `${who} asks ${whom}, and ${what} is recorded. ${again}.`,
      details: { ...place, hint: again },
    };
  }
  const difference = findDifference(asked.question, nearest.call.question);
  const { field, line } = difference;
  const where = line === undefined ? `\`${field}\`` : `line ${line} of \`${field}\``;
  const sentence =
    `${who} asks ${whom} what is not recorded. Nearest is ${nearest.file}, where ${where} is ` +
    `${difference.recorded} and not ${difference.asked}. ${again}; then delete ${nearest.file} if nobody needs it any more.`;
  return { sentence, details: { ...place, nearest: nearest.file, ...difference, hint: again } };
}

function ordinal(count: number): string {
  const ending = /1[123]$/.test(`${count}`) ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}

/** By the lines that both have; the same block or alias counts for a few. */
function findNearest(asked: Inquiry, calls: readonly FiledCall[]): FiledCall | undefined {
  const lines = linesOf(asked.question);
  let nearest: FiledCall | undefined;
  let best = -1;
  for (const filed of calls) {
    const { kind, block, question } = filed.call;
    if (kind !== asked.kind) continue;
    const likeness =
      shareOf(lines, linesOf(question)) +
      (block === asked.block ? 0.5 : 0) +
      (question.alias === asked.question.alias && question.method === asked.question.method ? 0.2 : 0);
    if (likeness <= best) continue;
    best = likeness;
    nearest = filed;
  }
  return nearest;
}

function linesOf({ system = '', prompt = '', url = '', body = '' }: JsonObject): Set<string> {
  return new Set(`${system}\n${prompt}\n${url}\n${body}`.split('\n').filter((line) => line !== ''));
}

/** Of the lines of either, those that both have: from 0 to 1. */
function shareOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0;
  for (const line of one) if (other.has(line)) both += 1;
  return both / Math.max(1, one.size + other.size - both);
}

const comparedFields = [
  'alias',
  'method',
  'url',
  'system',
  'prompt',
  'body',
  'jsonSchema',
  'maxOutputTokens',
  'temperature',
] as const;

function findDifference(asked: JsonObject, recorded: JsonObject): Difference {
  const field = comparedFields.find((name) => !isSame(asked[name], recorded[name])) ?? 'question';
  const [one, other] = [asked[field], recorded[field]];
  if (typeof one !== 'string' || typeof other !== 'string' || field === 'alias' || field === 'url')
    return { field, asked: show(one), recorded: show(other) };
  const [lines, others] = [one.split('\n'), other.split('\n')];
  const at = lines.findIndex((line, index) => line !== others[index]);
  const line = at === -1 ? lines.length : at;
  return { field, line: line + 1, ...showLines(lines[line], others[line]) };
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return typeof one === 'object' ? canonicalJson(one) === canonicalJson(other) : one === other;
}

/** Long lines from a little before the place where they part. */
function showLines(
  asked: string | undefined,
  recorded: string | undefined,
): Pick<Difference, 'asked' | 'recorded'> {
  if (asked === undefined || recorded === undefined)
    return { asked: show(asked, 'the end'), recorded: show(recorded, 'the end') };
  let at = 0;
  while (at < asked.length && asked[at] === recorded[at]) at += 1;
  const from = Math.max(0, at - shownCharacters / 2);
  const cut = (line: string): string => show(from === 0 ? line : `…${line.slice(from)}`);
  return { asked: cut(asked), recorded: cut(recorded) };
}

function show(value: Json | undefined, absent = 'absent'): string {
  if (value === undefined) return absent;
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text;
}
