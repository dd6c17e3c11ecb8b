// The commands around the lockfile, as processes, on files that they make themselves.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseLockfile } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

const keys = { OPENAI_API_KEY: 'none', ANTHROPIC_API_KEY: 'none' };
const bundled = resolve(import.meta.dirname, '../../../core/src/registry/bundled');
const haiku = 'anthropic:claude-haiku-4-5';
const folders: string[] = [];

function newFolder(): string {
  const folder = makeFolder();
  folders.push(folder);
  return folder;
}

/** A folder with a lockfile whose `fast` is one pinned model. */
async function boundFolder(): Promise<string> {
  const folder = newFolder();
  const { code, err } = await keelson(['bind', 'fast', haiku], { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return folder;
}

/** The bundled file of Anthropic in a later version, with a change to one row of it. */
function laterRegistry(folder: string, change: (row: Record<string, unknown>) => void): string {
  const json = JSON.parse(readFileSync(join(bundled, 'anthropic.json'), 'utf8'));
  delete json.content_sha256_jcs;
  json.version += 1;
  change(json.models[haiku]);
  const path = join(folder, 'registry');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'anthropic.json'), JSON.stringify(json));
  return path;
}

const lockOf = (folder: string): string => readFileSync(join(folder, 'keelson.lock'), 'utf8');

beforeAll(() => void findKeelson(), 120_000);
afterAll(() => folders.forEach(removeFolder));

describe('init', () => {
  test('makes aliases for the keys that are there, all of them pinned', async () => {
    const folder = newFolder();
    const { code, data } = await keelsonJson(['lock', 'init', '--profiles', 'default,dev'], {
      folder,
      env: keys,
    });
    expect(code).toBe(0);
    expect(data.providers.sort()).toEqual(['anthropic', 'openai']);
    expect(Object.keys(data.aliases)).toContain('pdf_reader');
    const lockfile = parseLockfile(lockOf(folder));
    expect(lockfile.profiles.get('dev')?.inherits).toBe('default');
    const check = await keelsonJson(['lock', 'check'], { folder });
    expect(check.data).toMatchObject({ ok: true, findings: [] });
    expect(check.data.pinsChecked).toBeGreaterThan(5);
  });

  test('replaces a file only with --force, and keeps a copy', async () => {
    const folder = await boundFolder();
    const before = lockOf(folder);
    const refused = await keelsonJson(['lock', 'init'], { folder });
    expect([refused.code, refused.data.error.code]).toEqual([3, 'conflict']);
    expect(lockOf(folder)).toBe(before);
    const forced = await keelson(['lock', 'init', '--force', '--local', 'ollama:llama3.3'], { folder });
    expect(forced.code).toBe(0);
    expect(readFileSync(join(folder, 'keelson.lock.backup'), 'utf8')).toBe(before);
    expect([...(parseLockfile(lockOf(folder)).profiles.get('default')?.aliases.keys() ?? [])]).toEqual([
      'local',
    ]);
  });
});

test('validate tells every problem with its place, and ends with 3', async () => {
  const folder = newFolder();
  const text = 'version = 1\n\n[profiles.default]\nalises = { fast = ["openai:gpt-5.6"] }\n';
  writeFileSync(join(folder, 'keelson.lock'), text);
  const [plain, json, check, bind] = await Promise.all([
    keelson(['lock', 'validate'], { folder }),
    keelsonJson(['lock', 'validate'], { folder }),
    keelson(['lock', 'check'], { folder }),
    keelson(['bind', 'fast', haiku], { folder }),
  ]);
  expect(plain.out).toBe(
    'keelson.lock:4:1: `profiles.default.alises` is not known here. Did you mean `aliases`?\n',
  );
  expect(json.data).toMatchObject({ ok: false, problems: [{ line: 4, column: 1 }] });
  expect([plain.code, json.code, check.code, bind.code]).toEqual([3, 3, 3, 3]);
  expect(check.err).toContain('keelson.lock:4:1');
  expect(lockOf(folder)).toBe(text);
});

describe('check', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await boundFolder();
    const usage = { fast: { calls: 10_000, input_tokens: 40_000_000, output_tokens: 2_000_000 } };
    writeFileSync(join(folder, 'usage.json'), JSON.stringify(usage));
  });

  test('is red for a risen price, with the amount, and green up to what is allowed', async () => {
    const registry = laterRegistry(newFolder(), (row) => (row.dollars_per_million_tokens_input = 1.25));
    const words = ['lock', 'check', '--registry', registry, '--usage', 'usage.json'];
    const [red, json, markdown, allowed, strict] = await Promise.all([
      keelson(words, { folder }),
      keelsonJson(words, { folder }),
      keelson([...words, '--format', 'markdown'], { folder }),
      keelson([...words, '--max-rise', '30'], { folder }),
      keelson([...words, '--max-rise', '30', '--strict'], { folder }),
    ]);
    expect([red.code, json.code, markdown.code, allowed.code, strict.code]).toEqual([1, 1, 1, 0, 1]);
    expect(red.out).toContain('error price_rise:');
    expect(red.out).toContain(
      'input $1 → $1.25 a million tokens (+25 %, 0 % are allowed). That is $10 more a month.',
    );
    expect(json.data.findings).toContainEqual(
      expect.objectContaining({ code: 'price_rise', before: 1, after: 1.25, monthDollars: '10' }),
    );
    expect(markdown.out).toContain('### The lockfile does not hold any more');
    expect(markdown.out).toMatch(/\| error \| `price_rise` \| `fast` \| .*\| \$10 \|/);
    expect(allowed.out).toContain('warning price_rise:');
  });

  test('is red for a retired model and for a lost ability', async () => {
    const retired = laterRegistry(newFolder(), (row) => (row.is_active = false));
    const lost = laterRegistry(newFolder(), (row) => (row.supports_vision = false));
    const [one, other] = await Promise.all([
      keelson(['lock', 'check', '--registry', retired], { folder }),
      keelson(['lock', 'check', '--registry', lost], { folder }),
    ]);
    expect([one.code, other.code]).toEqual([1, 1]);
    expect(one.out).toContain('error model_retired:');
    expect(other.out).toMatch(/error capability_lost: .*vision/);
  });

  test('is red where the registry cannot be read, whatever is wrong with it', async () => {
    const broken = newFolder();
    writeFileSync(join(broken, 'anthropic.json'), '{"provider": "anthropic", "version": 2');
    const forged = laterRegistry(newFolder(), () => {});
    const file = join(forged, 'anthropic.json');
    const json = { ...JSON.parse(readFileSync(file, 'utf8')), content_sha256_jcs: '0'.repeat(64) };
    writeFileSync(file, JSON.stringify(json));
    const nameless = join(newFolder(), 'prices.json');
    writeFileSync(nameless, '[]');
    const ran = await Promise.all(
      [broken, forged, nameless, join(broken, 'nothing')].map((path) =>
        keelsonJson(['lock', 'check', '--registry', path], { folder }),
      ),
    );
    for (const { code, data } of ran) {
      expect(code).toBe(1);
      expect(data.findings.map((finding: { code: string }) => finding.code)).toContain('registry_unreadable');
    }
  });

  test('looks at the lockfiles of packages, and is red when one means something else', async () => {
    const own = newFolder();
    const home = join(own, 'node_modules/prompts');
    mkdirSync(home, { recursive: true });
    const textOf = (model: string): string =>
      `version = 1\n\n[profiles.default]\n\n[profiles.default.aliases]\nshort = ["${model}"]\n`;
    writeFileSync(join(home, 'keelson.lock'), textOf(haiku));
    writeFileSync(
      join(own, 'keelson.lock'),
      'version = 1\n\n[extends]\npackages = ["prompts"]\n\n[profiles.default]\n',
    );
    expect((await keelson(['lock', 'bump'], { folder: own })).code).toBe(0);
    const [good, aliases] = await Promise.all([
      keelsonJson(['lock', 'check'], { folder: own }),
      keelson(['aliases'], { folder: own }),
    ]);
    expect(good.data).toMatchObject({ ok: true, findings: [] });
    expect(aliases.out).toMatch(/^prompts:short +anthropic:claude-haiku-4-5 .* prompts$/m);
    writeFileSync(join(home, 'keelson.lock'), textOf('openai:gpt-5.6'));
    const changed = await keelsonJson(['lock', 'check'], { folder: own });
    expect([changed.code, changed.data.findings[0].code]).toEqual([1, 'package_changed']);
  });

  test('an unknown profile is an error with a suggestion', async () => {
    const [flag, variable] = await Promise.all([
      keelson(['lock', 'check', '--profile', 'defalt'], { folder }),
      keelson(['aliases'], { folder, env: { KEELSON_PROFILE: 'defalt' } }),
    ]);
    expect([flag.code, variable.code]).toEqual([1, 3]);
    expect(flag.out).toContain('Did you mean `default`?');
    expect(variable.err).toContain('which `KEELSON_PROFILE` names');
  });
});

describe('diff and bump', () => {
  test('tell what a change of prices means, and then take it over', async () => {
    const folder = await boundFolder();
    const registry = laterRegistry(newFolder(), (row) => (row.dollars_per_million_tokens_input = 1.5));
    writeFileSync(
      join(folder, 'usage.json'),
      JSON.stringify({ fast: { calls: 1000, input_tokens: 10_000_000, output_tokens: 1_000_000 } }),
    );
    const priced = ['--registry', registry, '--usage', 'usage.json'];
    const [same, diff, coded, markdown, dry] = await Promise.all([
      keelson(['lock', 'diff', '--exit-code'], { folder }),
      keelsonJson(['lock', 'diff', ...priced], { folder }),
      keelson(['lock', 'diff', '--exit-code', '--registry', registry], { folder }),
      keelson(['lock', 'diff', '--format', 'markdown', ...priced], { folder }),
      keelson(['lock', 'bump', '--dry-run', ...priced], { folder }),
    ]);
    expect(same).toEqual({ code: 0, out: 'Nothing changes.\n', err: '' });
    expect(diff.data).toMatchObject({
      same: false,
      monthDifference: '5',
      costs: [{ alias: 'fast', difference: '5' }],
    });
    expect([diff.code, coded.code]).toEqual([0, 1]);
    expect(markdown.out).toContain('| fast | $15 | $20 | +$5 |');
    expect(markdown.out).toContain('**A month costs $5 more.**');
    expect(dry.err).toContain('Nothing was written.');
    const before = lockOf(folder);
    const bumped = await keelson(['lock', 'bump', ...priced], { folder });
    expect(bumped.out).toContain('A month costs $5 more.');
    expect(lockOf(folder)).not.toBe(before);
    expect((await keelson(['lock', 'check', '--registry', registry], { folder })).code).toBe(0);
    writeFileSync(join(folder, 'old.lock'), before);
    const files = await keelsonJson(['lock', 'diff', 'old.lock'], { folder });
    expect(files.data.changes.map(({ kind }: { kind: string }) => kind)).toContain('price_changed');
  });

  test('compare with a revision of Git', async () => {
    const folder = await boundFolder();
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'locked');
    await keelson(['bind', 'deep', 'anthropic:claude-opus-5'], { folder });
    const [diff, unknown, flag] = await Promise.all([
      keelson(['lock', 'diff', '--base', 'HEAD'], { folder }),
      keelson(['lock', 'diff', '--base', 'nowhere'], { folder }),
      keelson(['lock', 'diff', '--base=--output=x'], { folder }),
    ]);
    expect(diff.out).toContain('+ `deep` is new: anthropic:claude-opus-5.');
    expect([unknown.code, flag.code]).toEqual([3, 2]);
    expect(unknown.err).toContain('in the revision `nowhere`');
  });
});

test('migrate makes a lockfile of an llmring.lock, with a copy and a report', async () => {
  const folder = newFolder();
  const old = `version = "1.0"
created_at = "2025-08-20T10:00:00+00:00"
updated_at = "2025-08-20T10:00:00+00:00"
default_profile = "default"
[profiles.default]
name = "default"
[[profiles.default.bindings]]
alias = "summarizer"
provider = "anthropic"
model = "claude-haiku-4-5"
[profiles.default.bindings.constraints]
temperature = 0.2
style = "short"
`;
  writeFileSync(join(folder, 'llmring.lock'), old);
  const refused = await keelson(['bind', 'fast', haiku], { folder });
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('keelson lock migrate');
  const legacy = await keelson(['lock', 'digest', '--legacy'], { folder });
  expect(legacy.out).toMatch(/^[0-9a-f]{64}\n$/);
  const { code, data } = await keelsonJson(['lock', 'migrate'], { folder });
  expect(code).toBe(0);
  expect(data.notes).toContainEqual(expect.objectContaining({ kind: 'dropped' }));
  expect(readFileSync(join(folder, 'llmring.lock.backup'), 'utf8')).toBe(old);
  expect(parseLockfile(lockOf(folder)).profiles.get('default')?.pins.has(haiku)).toBe(true);
  const digest = await keelson(['lock', 'digest'], { folder });
  expect(digest.out).toBe(`${data.digest}\n`);
  expect((await keelson(['lock', 'migrate', 'llmring.lock'], { folder })).code).toBe(3);
});

describe('bind and unbind', () => {
  test('choose by limits, set defaults, and take away again', async () => {
    const folder = newFolder();
    const words = [
      'bind',
      'smart',
      'anthropic:*,openai:gpt-5.6',
      '--min-context',
      '200000',
      '--max-cost',
      '30',
    ];
    const more = ['--needs', 'vision', '--prefer', 'newest', '--temperature', '0.2', '--reasoning', 'low'];
    const bound = await keelsonJson([...words, ...more], { folder });
    expect(bound.code).toBe(0);
    expect(bound.data.models).toEqual([
      {
        match: 'anthropic:*',
        minContext: 200_000,
        maxCost: 30,
        needs: ['vision'],
        prefer: 'newest',
        locked: expect.stringMatching(/^anthropic:/),
      },
      'openai:gpt-5.6',
    ]);
    const alias = parseLockfile(lockOf(folder)).profiles.get('default')?.aliases.get('smart');
    expect(alias?.defaults).toEqual({ temperature: 0.2, reasoning: { effort: 'low' } });
    const [aliases, profiles, explained] = await Promise.all([
      keelson(['aliases'], { folder }),
      keelsonJson(['profiles'], { folder }),
      keelson(['lock', 'explain'], { folder }),
    ]);
    expect(aliases.out).toMatch(/^smart +anthropic:\S+ +\S+ +\$[\d.]+ +\$[\d.]+ {2}default$/m);
    expect(profiles.data.profiles).toMatchObject([{ name: 'default', applies: true, aliases: 1 }]);
    expect(explained.out).toMatch(/^pins +2 of 2 models$/m);
    expect((await keelson(['unbind', 'smart'], { folder })).code).toBe(0);
    const again = await keelson(['unbind', 'smart'], { folder });
    expect([again.code, again.err]).toEqual([5, expect.stringContaining('does not bind `smart` itself')]);
    expect(lockOf(folder)).not.toContain('gpt-5.6');
  });

  test('a misspelt model is refused with what was meant, and a local one is bound with a note', async () => {
    const folder = newFolder();
    const [misspelt, forced, local] = [
      await keelson(['bind', 'fast', 'anthropic:claude-haiku-4-6'], { folder }),
      await keelson(['bind', 'fast', 'anthropic:claude-haiku-9', '--any'], { folder }),
      await keelson(['bind', 'local', 'ollama:llama3.3:latest'], { folder }),
    ];
    expect([misspelt.code, forced.code, local.code]).toEqual([5, 0, 0]);
    expect(misspelt.err).toContain('`anthropic:claude-haiku-4-5`');
    expect(local.err).toContain('nothing of it can be checked');
    expect(local.out).toBe('`local` of the profile `default` is ollama:llama3.3:latest.\n');
  });

  test('of writers at the same time none loses a binding', async () => {
    const folder = newFolder();
    const names = Array.from({ length: 8 }, (_, at) => `alias-${at}`);
    const ran = await Promise.all(names.map((name) => keelson(['bind', name, haiku], { folder })));
    expect(ran.map(({ code }) => code)).toEqual(names.map(() => 0));
    expect([...(parseLockfile(lockOf(folder)).profiles.get('default')?.aliases.keys() ?? [])].sort()).toEqual(
      names,
    );
  });
});
