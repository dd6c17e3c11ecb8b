/**
 * Conditions on a call, as an operator writes them, made into something that can be asked. They are checked once, when
 * they are set; a call only costs what its condition looks at.
 */
import { isJsonObject, type Json } from '@keelson/core';
import type { PlanQuestion } from './plan.ts';
import { didYouMean } from './suggest.ts';

/**
 * `{ all: [] }`, `{ any: [] }`, `{ not: {} }`, or fields with a value or a test each, all of which must hold:
 * `{ stream: true, inputTokens: { gt: 50000 }, 'tags.team': { in: ['search', 'ads'] } }`.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly [field: string]: Scalar | Comparison };

type Scalar = string | number | boolean;

interface Comparison {
  readonly eq?: Scalar;
  readonly in?: readonly Scalar[];
  readonly gt?: number;
  readonly lt?: number;
  readonly prefix?: string;
}

export type Check = (question: PlanQuestion) => boolean;
/** Told of everything that is wrong, with the place where it stands. */
export type Complain = (path: string, problem: string) => void;

type Kind = 'boolean' | 'number' | 'string';

interface Field {
  /** Left out where a caller decides what it is. */
  readonly kind?: Kind;
  read(question: PlanQuestion): unknown;
}

const fields: Readonly<Record<string, Field>> = {
  stream: { kind: 'boolean', read: (question) => question.isStream },
  dialect: { kind: 'string', read: (question) => question.dialect },
  endpoint: { kind: 'string', read: (question) => question.endpoint },
  key: { kind: 'string', read: (question) => question.keyId },
  hasTools: { kind: 'boolean', read: (question) => question.facts().hasTools },
  hasImages: { kind: 'boolean', read: (question) => question.facts().hasImages },
  hasDocuments: { kind: 'boolean', read: (question) => question.facts().hasDocuments },
  hasAudio: { kind: 'boolean', read: (question) => question.facts().hasAudio },
  wantsSchema: { kind: 'boolean', read: (question) => question.facts().wantsSchema },
  wantsReasoning: { kind: 'boolean', read: (question) => question.facts().wantsReasoning },
  inputTokens: { kind: 'number', read: (question) => question.facts().inputTokens },
};

const families: Readonly<Record<string, (name: string) => Field>> = {
  tags: (name) => ({ kind: 'string', read: ({ tags }) => ownValue(tags, name) }),
  metadata: (name) => ({ read: (question) => ownValue(question.facts().metadata, name) }),
};

function ownValue(values: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

const fieldNames = [...Object.keys(fields), 'tags.NAME', 'metadata.NAME'];
const never = (): boolean => false;

/** Complains of everything that is wrong; what is answered then means nothing. */
export function compileCondition(value: unknown, path: string, complain: Complain): Check {
  if (!isJsonObject(value as Json)) {
    complain(path, 'must be an object of fields, or `all`, `any` or `not`');
    return never;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length === 0) complain(path, 'is empty; leave it out to take every call');
  const checks = entries.map(([name, test]) => compileEntry(name, test, `${path}.${name}`, complain));
  return (question) => checks.every((check) => check(question));
}

function compileEntry(name: string, test: unknown, path: string, complain: Complain): Check {
  if (name === 'all' || name === 'any') return compileList(name, test, path, complain);
  if (name !== 'not') return compileField(name, test, path, complain);
  const check = compileCondition(test, path, complain);
  return (question) => !check(question);
}

function compileList(name: 'all' | 'any', list: unknown, path: string, complain: Complain): Check {
  if (!Array.isArray(list) || list.length === 0) {
    complain(path, 'must be a list of at least one condition');
    return never;
  }
  const checks = list.map((value, at) => compileCondition(value, `${path}[${at}]`, complain));
  return name === 'all'
    ? (question) => checks.every((check) => check(question))
    : (question) => checks.some((check) => check(question));
}

function compileField(name: string, test: unknown, path: string, complain: Complain): Check {
  const field = findField(name);
  if (field === undefined) {
    const hint = didYouMean(name, fieldNames) ?? `Known are ${fieldNames.join(', ')}.`;
    complain(path, `is no field of a call. ${hint}`);
    return never;
  }
  const comparison = isJsonObject(test as Json) ? (test as Record<string, unknown>) : { eq: test };
  const entries = Object.entries(comparison);
  if (entries.length === 0) complain(path, 'compares with nothing');
  const tests = entries.map(([word, operand]) => compileTest(word, operand, field, { path, complain }));
  return (question) => {
    const found = field.read(question);
    return tests.every((holds) => holds(found));
  };
}

function findField(name: string): Field | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const [, family = '', rest = ''] = /^(tags|metadata)\.(.+)$/.exec(name) ?? [];
  return families[family]?.(rest);
}

interface Place {
  readonly path: string;
  readonly complain: Complain;
}

type ValueTest = (found: unknown) => boolean;

const words = ['eq', 'in', 'gt', 'lt', 'prefix'];

function compileTest(word: string, operand: unknown, field: Field, { path, complain }: Place): ValueTest {
  const wrong = operandProblem(word, operand, field.kind);
  if (wrong !== undefined) {
    complain(`${path}.${word}`, wrong);
    return never;
  }
  switch (word) {
    case 'eq':
      return (found) => found === operand;
    case 'in':
      return (found) => (operand as unknown[]).includes(found);
    case 'gt':
      return (found) => typeof found === 'number' && found > (operand as number);
    case 'lt':
      return (found) => typeof found === 'number' && found < (operand as number);
    default:
      return (found) => typeof found === 'string' && found.startsWith(operand as string);
  }
}

function operandProblem(word: string, operand: unknown, kind: Kind | undefined): string | undefined {
  if (!words.includes(word)) {
    return `is no comparison. ${didYouMean(word, words) ?? `Known are ${words.join(', ')}.`}`;
  }
  if (word === 'in') return listProblem(operand, kind);
  if (word === 'eq') return scalarProblem(operand, kind);
  const needed = word === 'prefix' ? 'string' : 'number';
  if (kind !== undefined && kind !== needed) return `does not fit: the field is a ${kind}`;
  return scalarProblem(operand, needed);
}

function listProblem(operand: unknown, kind: Kind | undefined): string | undefined {
  if (!Array.isArray(operand) || operand.length === 0) return 'must be a list of at least one value';
  return operand.map((item) => scalarProblem(item, kind)).find((problem) => problem !== undefined);
}

function scalarProblem(operand: unknown, kind: Kind | undefined): string | undefined {
  const type = typeof operand;
  if (kind !== undefined) return type === kind ? undefined : `must be a ${kind}`;
  return ['string', 'number', 'boolean'].includes(type) ? undefined : 'must be a string, number or boolean';
}
