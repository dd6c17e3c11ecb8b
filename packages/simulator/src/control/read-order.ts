/** Reads the JSON bodies of the control endpoint strictly: an unknown or wrong field is refused by name. */
import { isJsonObject, type Json, type JsonObject, KeelsonError, parseJson } from '@keelson/core';
import type { FaultOptions, Match, ScriptOptions } from '../director.ts';

export interface ScriptOrder extends ScriptOptions {
  readonly script: string;
}

export interface FaultOrder extends FaultOptions {
  readonly fault: string;
}

/** `{"script": "…", "match": {…}, "times": 2}`. */
export function readScriptOrder(text: string): ScriptOrder {
  const order = openOrder(text, ['script', 'match', 'times']);
  const { times } = order;
  if (times !== undefined && times !== 'always' && typeof times !== 'number') {
    throw refuse('times', 'a whole number from 1, or `always`');
  }
  return { script: readText(order, 'script'), ...readMatch(order), ...(times !== undefined && { times }) };
}

/** `{"fault": "…", "match": {…}, "rate": 0.1, "seed": 7}`. */
export function readFaultOrder(text: string): FaultOrder {
  const order = openOrder(text, ['fault', 'match', 'rate', 'seed']);
  const rate = readNumber(order, 'rate');
  const seed = readNumber(order, 'seed');
  return {
    fault: readText(order, 'fault'),
    ...readMatch(order),
    ...(rate !== undefined && { rate }),
    ...(seed !== undefined && { seed }),
  };
}

function openOrder(text: string, known: readonly string[]): JsonObject {
  const order = parseJson(text, 'request body');
  if (!isJsonObject(order)) throw refuse('body', 'a JSON object');
  checkFields(order, known, '');
  return order;
}

function checkFields(order: JsonObject, known: readonly string[], path: string): void {
  const unknown = Object.keys(order).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  const message = `\`${path}${unknown}\` is no field here; known are ${known.join(', ')}.`;
  throw new KeelsonError('invalid_request', message, { details: { field: `${path}${unknown}` } });
}

function readText(order: JsonObject, field: string): string {
  const value = order[field];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw refuse(field, 'a text that is not empty');
}

function readNumber(order: JsonObject, field: string): number | undefined {
  const value = order[field];
  if (value === undefined || typeof value === 'number') return value;
  throw refuse(field, 'a number');
}

function readMatch({ match }: JsonObject): { match?: Match } {
  if (match === undefined) return {};
  if (!isJsonObject(match)) throw refuse('match', 'an object with dialect, model or path');
  checkFields(match, ['dialect', 'model', 'path'], 'match.');
  for (const [field, value] of Object.entries<Json>(match)) {
    if (typeof value !== 'string') throw refuse(`match.${field}`, 'a text');
  }
  return { match: match as Match };
}

function refuse(field: string, expected: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` must be ${expected}.`, {
    details: { field, expected },
  });
}
