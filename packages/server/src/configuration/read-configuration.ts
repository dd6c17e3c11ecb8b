// From the text of a configuration file to what it says, or to everything that is wrong with it and where.
import { problemsWithBudgets } from '@keelson/engine';
import type { z } from 'zod';
import { type ConfigurationContent, configurationShape } from './configuration-shape.ts';
import type { Environment } from './interpolate.ts';
import { type ConfigurationProblem, locate, writePath } from './problem.ts';
import {
  isObject,
  type PlainObject,
  type PlainValue,
  type ReadDocument,
  readDocument,
} from './read-document.ts';
import type { ReadConfiguration } from './written-configuration.ts';

export type ReadOutcome = ReadConfiguration | { readonly problems: readonly ConfigurationProblem[] };

export async function readConfiguration(
  file: string,
  text: string,
  environment: Environment,
): Promise<ReadOutcome> {
  const document = await readDocument(text, environment);
  const { places, filled, shown } = document;
  const pasted = findPastedSecrets(text);
  if (pasted.length > 0) return { problems: pasted.map((problem) => ({ ...problem, file })) };
  if (document.problems.length > 0) return { problems: document.problems.map((each) => ({ ...each, file })) };
  const { content, problems } = check(document, environment);
  if (content !== undefined) return { file, text, content, shown, places, filled };
  return { problems: problems.map((problem) => locate(problem, { file, places, filled })) };
}

interface Wrong {
  readonly path: string;
  readonly message: string;
  /** Where it stands, if not at its path. */
  readonly at?: string;
}

interface Checked {
  readonly content?: ConfigurationContent;
  readonly problems: readonly Wrong[];
}

function check(document: ReadDocument, environment: Environment): Checked {
  let parsed = configurationShape.safeParse(document.value);
  if (!parsed.success) {
    // What a variable put there is a text; where a number or a switch is wanted, it may be one.
    const retyped = retype(document, parsed.error.issues);
    if (retyped !== undefined) parsed = configurationShape.safeParse(retyped);
  }
  const issues = parsed.success
    ? []
    : parsed.error.issues.filter((issue) => !isElsewhere(issue, environment));
  if (issues.length > 0) return { problems: issues.map(describe) };
  const content = (parsed.success ? parsed.data : document.value) as ConfigurationContent;
  const budgets = problemsWithBudgets(content.budgets ?? []).map(({ index, path, says }) => ({
    path: writePath(['budgets', index, ...path]),
    message: says,
  }));
  // As it was written: a list of models is an alias, and routing reads it itself.
  return budgets.length > 0 ? { problems: budgets } : { content, problems: [] };
}

function isElsewhere(issue: z.core.$ZodIssue, environment: Environment): boolean {
  const variable = issue.code === 'custom' ? issue.params?.unless : undefined;
  return typeof variable === 'string' && Boolean(environment[variable]);
}

function describe(issue: z.core.$ZodIssue): Wrong {
  const { path, message } = issue;
  const says = /^(?:has|is|names|must|needs) /.test(message) ? message : `is wrong: ${lower(message)}`;
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const at = key === undefined ? {} : { at: writePath([...path, key]) };
  return { path: writePath(path), message: says, ...at };
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function retype(document: ReadDocument, issues: readonly z.core.$ZodIssue[]): PlainObject | undefined {
  const wanted = new Map<string, PlainValue>();
  for (const issue of issues) {
    if (issue.code !== 'invalid_type') continue;
    const filled = document.filled.get(writePath(issue.path));
    const value = filled && parsePlain(filled.text, issue.expected);
    if (value !== undefined) wanted.set(writePath(issue.path), value);
  }
  return wanted.size === 0 ? undefined : (replaceValues(document.value, [], wanted) as PlainObject);
}

function parsePlain(text: string, expected: string): PlainValue | undefined {
  if (expected === 'boolean') return { true: true, false: false }[text];
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function replaceValues(
  value: PlainValue,
  path: readonly PropertyKey[],
  wanted: ReadonlyMap<string, PlainValue>,
): PlainValue {
  const found = wanted.get(writePath(path));
  if (found !== undefined) return found;
  if (Array.isArray(value)) return value.map((item, at) => replaceValues(item, [...path, at], wanted));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(
    ([name, inner]) => [name, replaceValues(inner, [...path, name], wanted)] as const,
  );
  return Object.fromEntries(fields);
}

/** Keys as vendors and we ourselves make them, in comments too: the text of a configuration is kept in its history. */
const pastedSecret =
  /\b(?:sk-(?:[a-z]{2,8}\d{0,2}-)?[A-Za-z0-9_-]{20,}|ks_[A-Za-z0-9_-]{22,}|gsk_\w{20,}|xai-\w{20,}|AIza[\w-]{30,}|hf_\w{20,}|ghp_\w{30,})|-----BEGIN [A-Z ]*PRIVATE KEY-----/g;

function findPastedSecrets(text: string): ConfigurationProblem[] {
  return [...text.matchAll(pastedSecret)].slice(0, 10).map(({ index }) => {
    const before = text.slice(0, index).split('\n');
    return {
      path: '',
      message:
        'holds what looks like a secret. Write where it is in its place, such as env:NAME or file:PATH, and change the secret if others could read this file.',
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    };
  });
}
