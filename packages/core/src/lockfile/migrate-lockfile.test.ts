// Every published form of llmring.lock is read; what it said is kept, and what is not is reported.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { legacyDigest } from './legacy-digest.ts';
import { lockfileData } from './lock-data.ts';
import { migrateLockfile, readAnyLockfile } from './migrate-lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';
import { resolveAlias } from './resolve-alias.ts';

const folder = new URL('./__fixtures__/llmring/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const files = readdirSync(folder);

test('the corpus has every form', () => {
  const forms = files.map((name) => [name, migrateLockfile(read(name), name).form]);
  expect(Object.fromEntries(forms)).toEqual({
    'v3-5.lock': 'v3.5',
    'v3-5.lock.json': 'v3.5',
    'head.lock': 'pools',
    'head.lock.json': 'pools',
    'head-odd.lock': 'pools',
    'v3-5-odd.lock.json': 'v3.5',
    'website.lock': 'shorthand',
  });
});

test.each(files)('%s becomes a lockfile that can be written and read again', (name) => {
  const { lockfile } = migrateLockfile(read(name), name);
  expect(parseLockfile(renderLockfile(lockfile))).toEqual(lockfile);
});

test.each(files)('%s means the same as Windows writes it', (name) => {
  const windows = `\uFEFF${read(name).replaceAll('\n', '\r\n')}`;
  expect(windows).toContain('\r\n');
  const { lockfile, notes, form } = migrateLockfile(windows, name);
  const usual = migrateLockfile(read(name), name);
  expect({ lockfile, notes, form }).toEqual({
    lockfile: usual.lockfile,
    notes: usual.notes,
    form: usual.form,
  });
});

test('the form of version 3.5', () => {
  const { lockfile, notes } = migrateLockfile(read('v3-5.lock'));
  expect(lockfileData(lockfile)).toMatchObject({
    created_at: '2025-08-20T10:00:52.134398+00:00',
    profiles: {
      default: {
        registry_versions: { openai: 12, gemini: 3 },
        aliases: {
          summarizer: { models: ['openai:gpt-4o-mini'], defaults: { temperature: 0.2, max_tokens: 500 } },
          vision: { models: ['gemini:gemini-2.5-pro'] },
          local: { models: ['ollama:llama3.3:latest'] },
        },
      },
      prod: {},
      staging: {},
      dev: {},
    },
  });
  expect(notes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'renamed profiles.default.bindings[1]',
    'advice registry_versions',
    'advice profiles.prod',
    'advice profiles.staging',
    'advice profiles.dev',
  ]);
});

test('pools, packages, overrides, metadata and reasons', () => {
  const { lockfile, notes } = migrateLockfile(read('head.lock'));
  expect(lockfileData(lockfile)).toMatchObject({
    extends: { packages: ['libA', 'libB'] },
    metadata: { description: 'Aliases of the whole team', reviewed: true },
    profiles: {
      default: {
        aliases: {
          advisor: {
            description: 'The most able ones',
            models: ['anthropic:claude-opus-4-5', 'openai:gpt-5.5', 'gemini:gemini-2.5-pro'],
          },
          'libA:summarizer': { models: ['openai:gpt-4o-mini'] },
        },
      },
      test: { aliases: { advisor: { models: ['openai:gpt-4o-mini', 'anthropic:claude-haiku-4-5'] } } },
    },
  });
  expect(notes.map(({ kind, says }) => `${kind} ${says}`)).toEqual([
    'renamed `google:gemini-2.5-pro` is `gemini:gemini-2.5-pro` here',
    'dropped bound `advisor` a second time, which had no effect',
  ]);
});

test('unknown keys, empty profiles, an alias twice, colons in models, names of packages with a slash', () => {
  const { lockfile, notes } = migrateLockfile(read('head-odd.lock'));
  expect(lockfileData(lockfile)).toMatchObject({
    extends: { packages: ['libA', '@team/prompts'] },
    profiles: {
      default: {
        aliases: {
          local: { models: ['ollama:llama3.3:70b-instruct:q4', 'openrouter:deepseek/deepseek-r1:free'] },
          'prix-fixe': { models: ['openai:gpt-4o-mini'] },
          '@team/prompts:long': { models: ['gemini:gemini-2.5-pro'] },
        },
      },
      'on-call': {},
      dev: {},
    },
  });
  const [target] = resolveAlias(lockfile, 'local').targets;
  expect(target).toMatchObject({ provider: 'ollama', model: 'llama3.3:70b-instruct:q4' });
  expect(notes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'dropped owner',
    'dropped profiles.default.notes',
    'dropped profiles.default.bindings[1].weight',
    'dropped profiles.default.bindings[2]',
    'renamed profiles.default.bindings[3]',
    'advice profiles.on-call',
    'advice profiles.dev',
  ]);
});

test('JSON in any order, with the first of two bindings and what can be applied of the constraints', () => {
  const { lockfile, notes } = migrateLockfile(read('v3-5-odd.lock.json'), 'llmring.lock.json');
  expect(lockfileData(lockfile)).toMatchObject({
    default_profile: 'staging',
    profiles: {
      staging: {
        registry_versions: { openai: 3, ollama: 1 },
        aliases: {
          offline: { models: ['ollama:llama3.3:latest'] },
          naïve: { models: ['openai:gpt-4o'], defaults: { temperature: 0 } },
        },
      },
      prod: {},
    },
  });
  expect(notes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'dropped profiles.staging.bindings[1]',
    'dropped profiles.staging.bindings[2].constraints.top_k',
    'advice registry_versions',
    'advice profiles.prod',
  ]);
});

test("the website's shorthand, with a binding that chooses", () => {
  const { lockfile, notes } = migrateLockfile(read('website.lock'));
  expect(lockfile.profiles.get('default')?.aliases.get('smart')).toEqual({
    models: [{ match: 'anthropic:*', minContext: 100_000, maxCost: 10 }],
  });
  expect(resolveAlias(lockfile, 'pdf_converter').targets[0]?.reference).toBe('openai:gpt-4o');
  expect(notes[1]).toEqual({ kind: 'moved', path: 'bindings', says: 'now stand in the profile `default`' });
});

test('constraints that nobody ever applied are told', () => {
  const { notes, lockfile } = migrateLockfile(read('v3-5.lock.json'), 'llmring.lock.json');
  expect(notes[0]).toEqual({
    kind: 'dropped',
    path: 'profiles.default.bindings[1].constraints.note',
    says: 'has no counterpart here; LLMRing stored it without applying it',
  });
  expect(lockfile.profiles.get('default')?.aliases.get('deep')?.defaults).toEqual({ temperature: 1 });
});

// Computed with Python's json.dumps and hashlib over the same fields.
test('LLMRing would give the files the same digests', () => {
  expect(Object.fromEntries(files.map((name) => [name, legacyDigest(read(name))]))).toEqual({
    'v3-5.lock': '13cf5f00e21507ef22548fe41f2a604247d5181978164f96e910dc89005c29e2',
    'v3-5.lock.json': 'f3fd361fb9f274c1c7772ae38118b9209e9ad4ba33aa30a65dbebbf0a59a1d76',
    'head.lock': '370e5b5de95cc4573b369a262e1692435d35430618eabb36e8388e74ebc0b867',
    'head.lock.json': '4aa8aaf3bb543ce24d2ff5dbde67ed38e880c69b549aa6fb50704adec44287eb',
    'head-odd.lock': 'fa77f230eef1f1937c2a9d77578f878c9fcfa6354efa996cea5624dd36e56fee',
    'v3-5-odd.lock.json': '82cb129cd0c83cc76b077c175484a5cdfe211438be3a95e8e2d93243aff562bb',
    'website.lock': undefined,
  });
  expect(migrateLockfile(read('v3-5.lock')).legacyDigest).toMatch(/^13cf/);
});

test('a lockfile of ours comes out as it is', () => {
  const text = 'version = 1\n[profiles.default.aliases]\na = ["x:y"]\n';
  expect(readAnyLockfile(text, 'keelson.lock')).toEqual({
    lockfile: parseLockfile(text),
    form: 'keelson',
    notes: [],
  });
  expect(readAnyLockfile(read('head.lock'), 'llmring.lock').form).toBe('pools');
  expect(() => migrateLockfile(text)).toThrow('this is a `keelson.lock` already');
});

test('what cannot be read is told with its place', () => {
  const text = `version = "1.0"
[profiles.default]
[[profiles.default.bindings]]
model = "gpt-4o"
[[profiles.default.bindings]]
alias = "b"
models = []
[profiles.default.bindings.constraints]
temperature = "hot"
`;
  expect(() => migrateLockfile(text)).toThrow(
    [
      'llmring.lock:3:1: `profiles.default.bindings[0]` must have an `alias` without blanks.',
      'llmring.lock:3:1: `profiles.default.bindings[0]` names `gpt-4o`, which is no model. Write `provider:model`.',
      'llmring.lock:7:1: `profiles.default.bindings[1].models` must name at least one model.',
      'llmring.lock:9:1: `profiles.default.bindings[1].constraints.temperature` must be a number from 0 to 2.',
    ].join('\n'),
  );
  expect(() => migrateLockfile('a = 1\n')).toThrow('has neither profiles nor bindings');
  expect(() => migrateLockfile('version = "7.0"\n[profiles.default]\n')).toThrow(
    'is of no `llmring.lock` that is known here',
  );
});

test('a default profile that never existed is there now, and told', () => {
  const { lockfile, notes } = migrateLockfile('default_profile = "main"\n[profiles.dev]\n');
  expect([...lockfile.profiles.keys()]).toEqual(['dev', 'main']);
  expect(notes.map(({ path }) => path)).toContain('default_profile');
});
