// A price rise, a retirement and a lost ability each show in the drift, with amounts, with the archived file and without it.
import { expect, test } from 'vitest';
import { compareRegistryFiles, type DriftSide, renderDrift } from '../registry/index.ts';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { driftOfLockfile } from './drift-of-lockfile.ts';
import { createLockfile, lockModels } from './edit-lockfile.ts';

const sideOf = (...[changes, version]: Parameters<typeof smallRegistry>): DriftSide => ({
  provider: 'acme',
  version: version ?? 1,
  cards: [...smallRegistry(changes, version).cards.values()].filter(({ provider }) => provider === 'acme'),
});

const locked = lockModels(
  createLockfile(
    new Map([
      ['fast', { models: ['acme:small-latest'] }],
      ['deep', { models: ['acme:large'] }],
    ]),
    ['default'],
  ),
  smallRegistry(),
);

const risen = { 'acme:large': { dollars_per_million_tokens_input: 3.6 } };
const retired = { 'acme:small': { is_active: false, deprecated_date: '2026-09-01' } };
const dumber = {
  'acme:large': { supports_vision: false, supports_thinking: null, max_output_tokens: 16_000 },
};

const driftWith = (changes: Parameters<typeof smallRegistry>[0], archived: boolean) => {
  const [drift] = driftOfLockfile(locked, {
    current: new Map([['acme', sideOf(changes, 3)]]),
    ...(archived && { archived: new Map([['acme', sideOf()]]) }),
  });
  return drift!;
};

test.each([true, false])('a price rise is told with its amounts (archived file: %s)', (archived) => {
  const { drift, affected, basis } = driftWith(risen, archived);
  expect(basis).toBe(archived ? 'archive' : 'pins');
  expect(affected).toEqual(['acme:large']);
  expect(renderDrift(drift!)).toEqual({
    provider: 'acme',
    has_drift: true,
    pinned_version: 1,
    current_version: 3,
    versions_behind: 2,
    added_models: [],
    removed_models: [],
    price_changes: [
      {
        model: 'acme:large',
        old_input_cost: 3,
        new_input_cost: 3.6,
        old_output_cost: 15,
        new_output_cost: 15,
        changes: [{ field: 'dollars_per_million_tokens_input', old: 3, new: 3.6, rise_percent: 20 }],
      },
    ],
    retired_models: [],
    deprecated_models: [],
    lost_capabilities: [],
    shrunk_limits: [],
  });
});

test.each([true, false])('a retirement is told with its day (archived file: %s)', (archived) => {
  const { drift, affected } = driftWith(retired, archived);
  expect(drift?.retiredModels).toEqual([{ model: 'acme:small', since: '2026-09-01' }]);
  expect(affected).toEqual(['acme:small-latest']);
});

test.each([true, false])('lost abilities and shrunk limits are told (archived file: %s)', (archived) => {
  const { drift, affected } = driftWith(dumber, archived);
  expect(drift?.lostAbilities).toEqual([
    { model: 'acme:large', ability: 'thinking', now: 'unknown' },
    { model: 'acme:large', ability: 'vision', now: 'denied' },
  ]);
  expect(drift?.shrunkLimits).toEqual([
    { model: 'acme:large', limit: 'maxOutput', before: 32_000, after: 16_000 },
  ]);
  expect(affected).toEqual(['acme:large']);
});

test('a model that is gone, announced to go, or new', () => {
  const { drift, affected } = driftWith({ 'acme:small': null, 'acme:large': { is_deprecated: true } }, true);
  expect(drift).toMatchObject({
    removedModels: ['acme:small'],
    deprecatedModels: [{ model: 'acme:large' }],
    addedModels: [],
  });
  expect(affected).toEqual(['acme:small-latest', 'acme:large']);
  const back = compareRegistryFiles(sideOf({ 'acme:small': null }, 3), sideOf({}, 2));
  expect(back).toMatchObject({ addedModels: ['acme:small'], versionsBehind: -1, hasDrift: true });
});

test('nothing has changed: no drift, and an older archive is not taken for the pinned one', () => {
  const [same] = driftOfLockfile(locked, { current: new Map([['acme', sideOf()]]) });
  expect(same?.drift).toMatchObject({ hasDrift: false, versionsBehind: 0 });
  expect(same?.affected).toEqual([]);
  const [other] = driftOfLockfile(locked, {
    current: new Map([['acme', sideOf(risen, 3)]]),
    archived: new Map([['acme', sideOf({}, 2)]]),
  });
  expect(other).toMatchObject({ basis: 'pins', affected: ['acme:large'] });
});

test('a registry that is not at hand is said, and is not the same as no drift', () => {
  expect(driftOfLockfile(locked, { current: new Map() })).toEqual([
    { provider: 'acme', pinnedVersion: 1, basis: 'nothing', affected: [] },
  ]);
});

test('a price that became known, or is no longer, and one of what was free', () => {
  const free = { 'acme:small': { dollars_per_million_tokens_input: 0 } };
  const unknown = { 'acme:small': { dollars_per_million_tokens_input: null } };
  const [risenFromFree] = compareRegistryFiles(sideOf(free), sideOf({}, 2)).priceChanges;
  expect(risenFromFree?.changes[0]?.risePercent).toBe(Infinity);
  const [gone] = renderDrift(compareRegistryFiles(sideOf(), sideOf(unknown, 2))).price_changes as object[];
  expect(gone).toMatchObject({ old_input_cost: 0.5, new_input_cost: null });
  const rendered = renderDrift(compareRegistryFiles(sideOf(free), sideOf({}, 2)));
  expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
});

test('an unknown profile is an error', () => {
  expect(() => driftOfLockfile(locked, { profile: 'prod', current: new Map() })).toThrow(/no profile `prod`/);
});
