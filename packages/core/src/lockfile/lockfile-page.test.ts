// The examples of docs/lockfile.md are run here, and its tables are those that the code knows.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRegistry, readWholeRegistryFile } from '../registry/index.ts';
import { checkLockfile } from './check-lockfile.ts';
import type { FindingCode } from './finding.ts';
import { describeProblem } from './lock-problem.ts';
import { migrateLockfile } from './migrate-lockfile.ts';
import { parseLockfile, validateLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';
import { listAliases, resolveAlias } from './resolve-alias.ts';
import { suggestedAliases } from './suggest-aliases.ts';

const page = readFileSync(new URL('../../../../docs/lockfile.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```([a-z]+(?: [a-z]+)?)\n(.*?)```/gs)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));
const blocksOf = (kind: string): string[] =>
  blocks.filter((block) => block.kind === kind).map(({ text }) => text);
const [first = '', pinned = ''] = blocksOf('toml');
const [told = '', findings = '', report = ''] = blocksOf('text');

test('the first example is read as the page says', () => {
  const lockfile = parseLockfile(first);
  expect(listAliases(lockfile)).toEqual(['fast', 'smart']);
  expect(listAliases(lockfile, { profile: 'dev' })).toEqual(['fast', 'smart', 'acme-prompts:summarizer']);
  expect(resolveAlias(lockfile, 'smart', { profile: 'dev' }).targets[0]?.model).toBe('gpt-5.4-mini');
});

test('the errors are those of the broken example', () => {
  const [broken = ''] = blocksOf('toml broken');
  expect(
    validateLockfile(broken)
      .map((problem) => `${describeProblem(problem, 'keelson.lock')}\n`)
      .join(''),
  ).toBe(told);
});

test('the findings are those of the pin', () => {
  const models = {
    'anthropic:claude-haiku-4-5': {
      context_window_tokens: 200_000,
      max_output_tokens: 64_000,
      supports_documents: true,
      supports_function_calling: true,
      dollars_per_million_tokens_input: 1.25,
      dollars_per_million_tokens_output: 5,
    },
  };
  const registry = createRegistry([readWholeRegistryFile({ provider: 'anthropic', version: 1, models })]);
  const usage = new Map([['fast', { calls: 10_000, inputTokens: 40_000_000, outputTokens: 2_000_000 }]]);
  const result = checkLockfile(parseLockfile(pinned), { registry, usage });
  expect(result.findings.map(({ severity, code, says }) => `${severity} ${code}: ${says}\n`).join('')).toBe(
    findings,
  );
});

test('the migrated example and its report', () => {
  const { lockfile, notes } = migrateLockfile(blocksOf('toml llmring')[0] ?? '');
  expect(renderLockfile(lockfile)).toBe(blocksOf('toml migrated')[0]);
  expect(notes.map(({ kind, path, says }) => `${kind} ${path}: ${says}\n`).join('')).toBe(report);
});

test('every code and every suggested alias stands on the page', () => {
  const codes: Readonly<Record<FindingCode, true>> = {
    registry_unreadable: true,
    registry_behind: true,
    registry_older: true,
    registry_stale: true,
    profile_unknown: true,
    package_missing: true,
    package_changed: true,
    package_hides_provider: true,
    not_locked: true,
    model_unknown: true,
    model_retired: true,
    model_deprecated: true,
    now_listed: true,
    price_rise: true,
    price_fall: true,
    price_new: true,
    price_unknown: true,
    not_priced: true,
    capability_lost: true,
    limit_shrunk: true,
    constraint_broken: true,
    card_changed: true,
  };
  const rows = [...page.matchAll(/^\| `(\w+)` \| (error|warning|note) \|/gm)].map(([, code]) => code);
  expect(rows.sort()).toEqual(Object.keys(codes).sort());
  for (const alias of suggestedAliases) expect(page).toContain(`\`${alias}\``);
});
