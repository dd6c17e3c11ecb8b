/** What a run of a flow is given, as its row keeps it: the payload, and on whose behalf and within which bounds it runs. */
import { isJsonObject, type Json, type JsonObject, KeelsonError } from '@keelson/core';
import type { RunBudgetSettings } from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';

export interface RunInput {
  readonly payload: Json;
  readonly identity: Identity;
  readonly context?: JsonObject;
  readonly budget?: RunBudgetSettings;
}

export function writeRunInput({ payload, identity, context, budget }: RunInput): Json {
  const parts = { payload, identity, ...(context && { context }), ...(budget && { budget }) };
  return JSON.parse(JSON.stringify(parts)) as Json;
}

export function readRunInput(input: Json): RunInput {
  if (!isJsonObject(input) || !isJsonObject(input.identity))
    throw new KeelsonError('internal_error', 'What the run was given cannot be read.');
  return input as unknown as RunInput;
}
