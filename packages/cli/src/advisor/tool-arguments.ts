/** Reads what a model gave to a tool. What is wrong is said in words that it can act on. */
import { type JsonObject, KeelsonError } from '@keelson/core';

function wrong(field: string, must: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` must be ${must}.`, {
    hint: 'Call the tool again with it.',
    details: { field },
  });
}

const longest = 500;

export function optionalText(given: JsonObject, field: string): string | undefined {
  const value = given[field];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.length <= longest) return value;
  throw wrong(field, `a text of at most ${longest} characters`);
}

export function requiredText(given: JsonObject, field: string): string {
  const text = optionalText(given, field);
  if (text === undefined) throw wrong(field, 'a text');
  return text;
}

export function optionalNumber(given: JsonObject, field: string): number | undefined {
  const value = given[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= 1e12) return value;
  throw wrong(field, 'a number from 0');
}

export function textList(given: JsonObject, field: string): readonly string[] {
  const value = given[field];
  if (value === undefined || value === null) return [];
  const list = typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value;
  if (Array.isArray(list) && list.length <= 50 && list.every((each) => typeof each === 'string'))
    return list as readonly string[];
  throw wrong(field, 'a list of texts, at most 50');
}
