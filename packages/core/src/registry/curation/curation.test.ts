// From a draft to the next version: what it changes is shown, a person approves exactly that, and only then does it count.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import { loadBundledFile, loadBundledJson } from '../bundled-registry.ts';
import { hashRegistryContent, readRegistryFile } from '../read-registry-file.ts';
import {
  type Approval,
  draftRegistry,
  exportRegistry,
  promoteDraft,
  readDraft,
  registryStats,
  renderDraft,
  reviewDraft,
  validateRegistry,
} from './index.ts';

const source = { name: 'Price page', date: '2026-11-20' };
const row = (model_name: string, more: JsonObject = {}): JsonObject => ({
  provider: 'acme',
  model_name,
  ...more,
});
const input = (dollars: number) => ({ dollars_per_million_tokens_input: dollars });

const first = draftRegistry({
  provider: 'acme',
  source,
  facts: [
    row('large', { ...input(3), api_endpoint: 'chat', supports_vision: true }),
    row('small', input(1)),
    { provider: 'other', model_name: 'x' },
  ],
});
const approve = (draft: typeof first, current?: JsonObject, more: Partial<Approval> = {}): Approval => ({
  by: 'Ada',
  on: '2026-11-21',
  review: reviewDraft(draft, current).digest,
  ...more,
});
const { file: published } = promoteDraft(first, approve(first));

test('a first version holds what was drafted, who approved it, and what nobody knows', () => {
  expect(published).toMatchObject({ provider: 'acme', version: 1, updated_at: '2026-11-21' });
  expect(published.approvals).toEqual([
    {
      version: 1,
      by: 'Ada',
      on: '2026-11-21',
      review: reviewDraft(first).digest,
      models: ['acme:large', 'acme:small'],
    },
  ]);
  const { cards, problems } = readRegistryFile(published);
  expect(problems).toEqual([]);
  expect(cards.map(({ key, source: read }) => [key, read])).toEqual([
    ['acme:large', source],
    ['acme:small', source],
  ]);
  expect(cards[0]?.unknown).toContain('limits');
  expect(cards[0]?.unknown).toContain('supports_audio');
  expect(cards[1]?.unknown).toEqual(['limits', 'abilities', 'dollars_per_million_tokens_output']);
  expect(validateRegistry(published)).toEqual({ ok: true, problems: [], warnings: [] });
});

const second = draftRegistry({
  provider: 'acme',
  source,
  current: published,
  facts: [row('large', { ...input(4), supports_vision: null }), row('new', input(2))],
});

test('a review shows every field with what it was, and rises in percent', () => {
  const review = reviewDraft(second, published);
  expect(review.models).toEqual([
    {
      model: 'acme:large',
      kind: 'changed',
      fields: [{ field: 'dollars_per_million_tokens_input', before: 3, after: 4 }],
      prices: [{ field: 'dollars_per_million_tokens_input', before: 3, after: 4, risePercent: 33.333333 }],
    },
    expect.objectContaining({ model: 'acme:new', kind: 'added' }),
  ]);
  expect(review.missing).toEqual(['acme:small']);
});

test('a second version keeps what the draft does not speak of, and the first stays as it was', () => {
  const before = JSON.stringify(published);
  const { file, version, models } = promoteDraft(second, approve(second, published), published);
  expect([version, models]).toEqual([2, ['acme:large', 'acme:new']]);
  const { cards } = readRegistryFile(file);
  expect(cards.map(({ key }) => key)).toEqual(['acme:large', 'acme:new', 'acme:small']);
  expect(cards[0]?.abilities.vision).toBe(true);
  expect(cards[0]?.row.dollars_per_million_tokens_input).toBe(4);
  expect(file.approvals).toHaveLength(2);
  expect(file.content_sha256_jcs).toBe(hashRegistryContent(file));
  expect(validateRegistry(file).ok).toBe(true);
  expect(JSON.stringify(published)).toBe(before);
});

test('a part of a draft can be approved', () => {
  const { file } = promoteDraft(second, approve(second, published, { models: ['acme:new'] }), published);
  const { cards } = readRegistryFile(file);
  expect(cards.find(({ key }) => key === 'acme:large')?.row.dollars_per_million_tokens_input).toBe(3);
  expect(cards.map(({ key }) => key)).toContain('acme:new');
});

test.each<[string, Partial<Approval>, RegExp]>([
  ['nobody', { by: ' ' }, /Nobody approved/],
  ['no day', { on: 'today' }, /is no day/],
  ['another review', { review: 'f'.repeat(64) }, /not what the draft would change now/],
  ['a model that does not change', { models: ['acme:small'] }, /does not change `acme:small`/],
  ['nothing', { models: [] }, /nothing to promote/],
])('no version without an approval: %s', (_name, more, says) => {
  expect(() => promoteDraft(second, approve(second, published, more), published)).toThrow(says);
});

test('a draft that was made against another version is refused', () => {
  const { file } = promoteDraft(second, approve(second, published), published);
  expect(() => promoteDraft(second, approve(second, file), file)).toThrow(
    /against version 1, and the file is at 2/,
  );
});

test('a draft is written and read again, and one that makes no sense is refused', () => {
  expect(readDraft(JSON.parse(JSON.stringify(renderDraft(second))))).toEqual(second);
  expect(() => readDraft({ provider: 'acme', models: {} })).toThrow(/needs `provider`/);
  const drafting = (facts: JsonObject[]) => () => draftRegistry({ provider: 'acme', source, facts });
  expect(drafting([row('a', { dollars_per_million_tokens_input: -1 })])).toThrow(/number from 0/);
  expect(drafting([row('a'), row('a')])).toThrow(/has.* `acme:a` twice|have `acme:a` twice/);
  expect(drafting([{ provider: 'acme' }])).toThrow(/no `model_name`/);
});

test('what is left unsaid, or was changed afterwards, does not pass', () => {
  const changed = { ...published, updated_at: '2027-01-01' };
  expect(validateRegistry(changed).problems[0]?.says).toContain('but the content has');
  const content = { provider: 'acme', version: 1, models: { 'acme:m': input(1), 'acme:bad': [] } };
  const { ok, problems } = validateRegistry(content);
  expect(ok).toBe(false);
  expect(problems.map(({ says }) => says).join('\n')).toMatch(
    /`acme:bad` must be an object.*no `content_sha256_jcs`.*no `updated_at`.*neither states nor calls unknown: `limits`, `abilities`.*names no `source`/s,
  );
});

test('every bundled file may be published, and the totals are those of its cards', async () => {
  for (const provider of ['openai', 'openrouter', 'groq'] as const)
    expect(validateRegistry(await loadBundledJson(provider))).toEqual({
      ok: true,
      problems: [],
      warnings: [],
    });
  const files = await Promise.all([loadBundledFile('openai'), loadBundledFile('groq')]);
  const stats = registryStats(files);
  expect(stats.providers.map(({ provider }) => provider)).toEqual(['groq', 'openai']);
  expect(stats.models).toBe(files[0].cards.length + files[1].cards.length);
  expect(stats.priced + stats.partlyPriced + stats.unpriced).toBe(stats.models);
  expect(stats.saidUnknown).toBe(stats.partlyPriced + stats.unpriced);
  expect(stats.providers[1]?.kinds.embeddings).toBeGreaterThan(0);
});

test('exports: what is not known is empty, and no name becomes a formula or a column', () => {
  const { cards } = readRegistryFile({
    provider: 'acme',
    version: 1,
    models: {
      'acme:a': { api_endpoint: '=1+1', is_active: false },
      'acme:b|c': { ...input(0), api_endpoint: 'x,"y' },
    },
  });
  expect(exportRegistry(cards, 'csv').split('\r\n')).toEqual([
    'model,kind,context_window,max_output,input,output,cache_read,abilities,state,source,date',
    "acme:a,'=1+1,,,,,,,retired,,",
    'acme:b|c,"x,""y",,,0,,,,active,,',
    '',
  ]);
  expect(exportRegistry(cards, 'markdown')).toContain('| acme:b\\|c | x,"y |  |  | 0 |');
  expect(Object.keys(JSON.parse(exportRegistry(cards, 'json')))).toEqual(['acme:a', 'acme:b|c']);
});
