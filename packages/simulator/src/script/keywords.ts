/**
 * Every keyword of a script, as a table: how it is written and what it adds. The README repeats the table for people and
 * a test holds the two together.
 */
import { parseJson, type StopReason } from '@keelson/core';
import { parseFault } from '../faults/index.ts';
import { parseDuration, refuseScript } from '../notation/index.ts';
import type { Content, Script } from './script.ts';
import { parseUsage } from './usage.ts';

/** What one keyword adds: a piece of content, or a field of the script. */
type Addition = { readonly add: Content } | Omit<Script, 'content'>;

type Read = (value: string | undefined) => Addition;

const mostWords = 100_000;

export const keywords: Readonly<Record<string, Read>> = {
  text: (value) => ({ add: { type: 'text', text: textOf(value, 'text') } }),
  echo: (value) => ({ add: { type: bare('echo', value) } }),
  long: (value) => ({ add: { type: 'long', words: wordCount(value) } }),
  json: (value) => ({
    add: { type: 'json', ...(value !== undefined && { text: checkJson(value, 'json') }) },
  }),
  tool: (value) => ({ add: readTool(value) }),
  'tool-raw': (value) => ({ add: readRawTool(value) }),
  'tool-signed': (value) => ({ add: { ...readTool(value), isSigned: true } }),
  reason: (value) => ({ add: { type: 'reason', text: textOf(value, 'reason') } }),
  redacted: (value) => ({ add: { type: bare('redacted', value) } }),
  refuse: (value) => ({ add: { type: 'refuse', text: textOf(value, 'refuse') } }),
  images: (value) => ({ add: { type: bare('images', value) } }),
  usage: (value) => ({ usage: parseUsage(required(value, 'usage', 'input=10 output=7')) }),
  stop: (value) => ({ stop: readStop(required(value, 'stop', 'length')) }),
  model: (value) => ({ model: required(value, 'model', 'some-model-2026-01-01') }),
  delay: (value) => ({ delayMs: duration(value, 'delay') }),
  chunks: (value) => ({ chunksMs: duration(value, 'chunks') }),
  fault: (value) => ({ fault: parseFault(required(value, 'fault', 'rate-limit retry-after=2')) }),
};

const stopReasons: readonly StopReason['unified'][] = [
  'stop',
  'stop-sequence',
  'length',
  'tool-calls',
  'content-filter',
  'refusal',
  'pause',
  'context-exceeded',
];

function required(value: string | undefined, name: string, example: string): string {
  if (value !== undefined && value !== '') return value;
  throw refuseScript(`The keyword \`${name}\` needs a value, such as \`[[${name}: ${example}]]\`.`, example);
}

function bare<Name extends string>(name: Name, value: string | undefined): Name {
  if (value === undefined) return name;
  throw refuseScript(`The keyword \`${name}\` takes no value; write \`[[${name}]]\`.`, `[[${name}]]`);
}

/** The text as it stands, or what a JSON string says, for text with line breaks and brackets. */
function textOf(value: string | undefined, name: string): string {
  if (value === undefined) throw refuseScript(`The keyword \`${name}\` needs a value: \`[[${name}: …]]\`.`);
  if (!value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    return String(parseJson(value));
  } catch {
    // Text may well begin and end with a quotation mark without being JSON.
    return value;
  }
}

function wordCount(value: string | undefined): number {
  const text = required(value, 'long', '5000');
  const words = Number(text);
  if (/^\d+$/.test(text) && words >= 1 && words <= mostWords) return words;
  throw refuseScript(`\`[[long: ${text}]]\` must be a number of words from 1 to ${mostWords}.`);
}

function checkJson(text: string, name: string): string {
  parseJson(text, `value of the keyword \`${name}\``);
  return text;
}

function readTool(value: string | undefined): Extract<Content, { type: 'tool' }> {
  const [name, text] = splitTool(required(value, 'tool', 'get_weather {"city":"Paris"}'));
  return { type: 'tool', name, ...(text !== '' && { arguments: checkJson(text, 'tool') }) };
}

/** Arguments as they stand: damaged JSON, or the free text of a custom tool. */
function readRawTool(value: string | undefined): Content {
  const [name, text] = splitTool(required(value, 'tool-raw', 'run_sql SELECT 1'));
  return { type: 'tool', name, arguments: text };
}

function splitTool(value: string): [name: string, rest: string] {
  const end = value.search(/\s/);
  return end === -1 ? [value, ''] : [value.slice(0, end), value.slice(end).trim()];
}

function readStop(value: string): StopReason {
  const [word = '', ...rest] = value.split(' ');
  const unified = stopReasons.find((reason) => reason === word);
  if (unified === undefined || (rest.length > 0 && unified !== 'stop-sequence')) {
    const expected = stopReasons.join(', ');
    throw refuseScript(`\`[[stop: ${value}]]\` names no stop reason; use one of ${expected}.`, expected);
  }
  return { unified, ...(rest.length > 0 && { sequence: rest.join(' ') }) };
}

function duration(value: string | undefined, name: string): number {
  const text = required(value, name, '200ms');
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw refuseScript(
    `\`[[${name}: ${text}]]\` must be a duration such as \`200ms\` or \`2s\`, a day at most.`,
  );
}
