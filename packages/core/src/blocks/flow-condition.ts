/** Conditions of a flow file: the name of one that code knows, or a comparison: `{ of: $previous.urgency, atLeast: 4 }`. */
import { didYouMean } from '../errors/index.ts';
import { isJsonObject, type Json, jsonEqual } from '../json/index.ts';
import type { Sources } from './block.ts';
import { readMapping } from './flow-mapping.ts';
import type { FlowReader } from './flow-reader.ts';

export type FlowCondition = (output: unknown, sources: Sources) => boolean;

const comparisons = ['is', 'isNot', 'atLeast', 'atMost', 'above', 'below', 'oneOf', 'exists'] as const;
type Comparison = (typeof comparisons)[number];

/** Undefined where there is none to read; what is wrong has been told. */
export function readCondition(
  way: FlowReader,
  named: Readonly<Record<string, FlowCondition>>,
  nodes: ReadonlySet<string>,
): FlowCondition | undefined {
  const value = way.json('when');
  if (typeof value === 'string') {
    if (Object.hasOwn(named, value)) return named[value];
    const hint = didYouMean(value, Object.keys(named)) ?? 'Register it, or write a comparison.';
    way.complain('when', `\`${value}\` is no condition that is known. ${hint}`, 'condition_resolution_error');
    return undefined;
  }
  if (isJsonObject(value)) return readComparison(way.object('when') as FlowReader, nodes);
  way.complain('when', 'must be the name of a condition, or a comparison.', 'condition_resolution_error');
  return undefined;
}

function readComparison(reader: FlowReader, nodes: ReadonlySet<string>): FlowCondition | undefined {
  const of = reader.json('of') ?? '$previous';
  const left = readMapping(of, nodes, (says) => reader.complain('of', says));
  const used = comparisons.filter((word) => reader.has(word));
  reader.finish();
  const [comparison] = used;
  if (comparison === undefined || used.length > 1) {
    const words = comparisons.map((word) => `\`${word}\``).join(', ');
    reader.complain(undefined, `must have exactly one of ${words}.`, 'condition_resolution_error');
    return undefined;
  }
  const right = reader.json(comparison) as Json;
  const wrong = complaintAbout(comparison, right);
  if (wrong !== undefined) reader.complain(comparison, wrong, 'condition_resolution_error');
  if (comparison === 'exists') return (_, sources) => exists(() => left(sources)) === right;
  return (_, sources) => compare(comparison, left(sources), right);
}

function complaintAbout(comparison: Comparison, right: Json): string | undefined {
  if (comparison === 'exists') return typeof right === 'boolean' ? undefined : 'must be true or false.';
  if (comparison === 'oneOf') return Array.isArray(right) ? undefined : 'must be a list.';
  if (comparison === 'is' || comparison === 'isNot') return undefined;
  return typeof right === 'number' ? undefined : 'must be a number.';
}

function exists(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function compare(comparison: Exclude<Comparison, 'exists'>, left: unknown, right: Json): boolean {
  switch (comparison) {
    case 'is':
      return jsonEqual(left as Json, right);
    case 'isNot':
      return !jsonEqual(left as Json, right);
    case 'oneOf':
      return (right as readonly Json[]).some((one) => jsonEqual(left as Json, one));
    case 'atLeast':
      return asNumber(left) >= (right as number);
    case 'atMost':
      return asNumber(left) <= (right as number);
    case 'above':
      return asNumber(left) > (right as number);
    case 'below':
      return asNumber(left) < (right as number);
  }
}

/** Text that looks like a number is none: a comparison that guesses takes the wrong way quietly. */
function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('What is compared is no number.');
}
