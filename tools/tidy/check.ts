/**
 * The house rules as a command: `node tools/tidy/check.ts [root]` prints one sentence per problem and exits with 1 when
 * there is any. What the rules are stands in `rules/`, one file each; the floor plan they read, in `floor-plan.ts`.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Allowance, allowances } from './allowances.ts';
import { type DialectShape, shape } from './floor-plan.ts';
import { type Problem, renderProblem } from './problem.ts';
import { readTree } from './read-sources.ts';
import type { FileRule, TreeRule } from './rule.ts';
import { bannedCallsRule } from './rules/banned-calls.ts';
import { coldStartRule } from './rules/cold-start.ts';
import { commandDocsRule } from './rules/command-docs.ts';
import { cyclesRule } from './rules/cycles.ts';
import { createDialectFilesRule } from './rules/dialect-files.ts';
import { dialectNeutralityRule } from './rules/dialect-neutrality.ts';
import { errorDocsRule } from './rules/error-docs.ts';
import { floorsRule } from './rules/floors.ts';
import { headersRule } from './rules/headers.ts';
import { httpStatusRule } from './rules/http-status.ts';
import { namesRule } from './rules/names.ts';
import { noAnyRule } from './rules/no-any.ts';
import { nodeFreeRule } from './rules/node-free.ts';
import { packageImportsRule } from './rules/package-imports.ts';
import { parsesRule } from './rules/parses.ts';
import { repositoryWordsRule } from './rules/repository-words.ts';
import { roomsRule } from './rules/rooms.ts';
import { sizesRule } from './rules/sizes.ts';
import { sqlRule } from './rules/sql.ts';
import { testDocsRule } from './rules/test-docs.ts';

export type { Problem } from './problem.ts';

const fileRules: readonly FileRule[] = [
  parsesRule,
  floorsRule,
  roomsRule,
  dialectNeutralityRule,
  packageImportsRule,
  nodeFreeRule,
  bannedCallsRule,
  sqlRule,
  httpStatusRule,
  headersRule,
  sizesRule,
  noAnyRule,
];

const treeRules: readonly TreeRule[] = [
  cyclesRule,
  coldStartRule,
  namesRule,
  errorDocsRule,
  commandDocsRule,
  testDocsRule,
  repositoryWordsRule,
];

/** What a repository excuses from the rules; a test's tree excuses nothing unless it says so. */
export interface Excuses {
  readonly allowances: readonly Allowance[];
  readonly shape: Readonly<Record<string, DialectShape>>;
}

/** Every problem of the repository at `root`, in the order of files and lines. */
export function findProblems(root: string, excuses: Excuses = { allowances, shape }): Problem[] {
  return judge(root, excuses).problems;
}

function judge(root: string, excuses: Excuses): { files: number; problems: Problem[] } {
  const found: Problem[] = [];
  const tree = readTree(root, (file, repository) => {
    for (const rule of fileRules) found.push(...rule(file, repository));
  });
  for (const rule of [...treeRules, createDialectFilesRule(excuses.shape)]) found.push(...rule(tree));
  const left = applyAllowances(
    found,
    excuses.allowances.filter(({ file }) => isPartThere(root, file)),
  );
  return {
    files: tree.sources.length,
    problems: left.toSorted(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.says, b.says),
    ),
  };
}

/** A tree without the whole folder that an excuse is about says nothing of it. */
function isPartThere(root: string, file: string): boolean {
  return existsSync(join(root, dirname(file)));
}

/** Takes out what is excused, and adds a problem for each excuse that excused nothing. */
function applyAllowances(problems: readonly Problem[], allowed: readonly Allowance[]): Problem[] {
  const left = problems.filter((problem) => !allowed.some((allowance) => excuses(allowance, problem)));
  const idle = allowed.filter((allowance) => !problems.some((problem) => excuses(allowance, problem)));
  return [...left, ...idle.map(describeIdle)];
}

function excuses({ rule, file, subject }: Allowance, problem: Problem): boolean {
  return rule === problem.rule && file === problem.file && subject === problem.subject;
}

function describeIdle({ rule, file, subject }: Allowance): Problem {
  const what = subject === undefined ? file : `\`${subject}\` in ${file}`;
  const says = `nothing needs the allowance of \`${rule}\` for ${what} any more; remove it.`;
  return { rule: 'allowances', file: 'tools/tidy/allowances.ts', line: 1, says };
}

/** By code unit, so that the order is the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function main(root: string): void {
  const { files, problems } = judge(root, { allowances, shape });
  for (const problem of problems) console.log(renderProblem(problem));
  if (problems.length === 0) console.log(`tidy: ${files} files, no problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main(resolve(process.argv[2] ?? resolve(import.meta.dirname, '../..')));
