/** A month of usage by alias, as somebody keeps it in a file of JSON. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { didYouMean, isJsonObject, KeelsonError, type MonthUsage } from '@keelson/core';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';

const fields = {
  calls: 'calls',
  input_tokens: 'inputTokens',
  cached_tokens: 'cachedTokens',
  output_tokens: 'outputTokens',
  reasoning_tokens: 'reasoningTokens',
} as const;

const needed = ['calls', 'input_tokens', 'output_tokens'] as const;

export async function readUsage(
  input: Input,
  { folder }: Surroundings,
): Promise<ReadonlyMap<string, MonthUsage> | undefined> {
  const named = input.text('usage');
  if (named === undefined) return undefined;
  const path = resolve(folder, named);
  const json = parse(await readFile(path, 'utf8'), path);
  if (!isJsonObject(json)) throw wrong(path, 'must be an object with a month of usage by alias');
  return new Map(Object.entries(json).map(([alias, month]) => [alias, readMonth(path, alias, month)]));
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(path, 'is not JSON', error);
  }
}

function readMonth(path: string, alias: string, month: unknown): MonthUsage {
  if (!isJsonObject(month)) throw wrong(path, `must have an object for \`${alias}\``);
  const known = Object.keys(fields);
  const stray = Object.keys(month).find((key) => !known.includes(key));
  if (stray !== undefined)
    throw wrong(
      path,
      `has \`${stray}\` for \`${alias}\`. ${didYouMean(stray, known) ?? `Known are ${known.join(', ')}`}`,
    );
  for (const key of needed)
    if (month[key] === undefined) throw wrong(path, `has no \`${key}\` for \`${alias}\``);
  const entries = Object.entries(month).map(([key, value]) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw wrong(path, `must have a whole number from 0 as \`${key}\` of \`${alias}\``);
    return [fields[key as keyof typeof fields], value];
  });
  return Object.fromEntries(entries) as MonthUsage;
}

function wrong(path: string, says: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The usage file \`${path}\` ${says}.`, {
    hint: 'Write {"fast": {"calls": 1000, "input_tokens": 4000000, "output_tokens": 200000}}.',
    details: { field: 'usage' },
    cause,
  });
}
