/** `keelson aliases`: what each alias of a profile stands for. */
import { KeelsonError, type LockedTarget, listAliases, resolveAlias } from '@keelson/core';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { dollars, priceOf } from '../subject/describe-price.ts';
import { type OpenLockfile, openLockfile, profileFor } from '../subject/open-lockfile.ts';
import { renderTable } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const open = await openLockfile(input, surroundings);
  const profile = profileFor(open.lockfile, input, surroundings);
  const options = { profile: profile.name, packages: open.packages };
  const aliases = listAliases(open.lockfile, options).map((name) => describe(open, name, profile.name));
  const columns = [
    { title: 'ALIAS' },
    { title: 'MODEL' },
    { title: 'CALLED AS' },
    { title: '$/M IN', isNumber: true },
    { title: '$/M OUT', isNumber: true },
    { title: 'FROM' },
  ];
  const rows = aliases.flatMap(({ alias, models, from, says }) =>
    models.length === 0
      ? [[alias, says ?? '', '', '', '', from]]
      : models.map((model, at) => [
          at === 0 ? alias : '',
          model.reference,
          model.model,
          dollars(model.input ?? undefined),
          dollars(model.output ?? undefined),
          at === 0 ? from : '',
        ]),
  );
  return {
    data: asJson({ path: open.path, profile: profile.name, aliases }),
    text: (look) =>
      rows.length === 0
        ? `The profile \`${profile.name}\` has no aliases.\n`
        : renderTable(columns, rows, look),
    notes: open.missingPackages.map(({ says }) => says),
  };
};

interface DescribedAlias {
  readonly alias: string;
  /** The profile or the package in which it stands. */
  readonly from: string;
  readonly models: readonly ReturnType<typeof describeTarget>[];
  readonly defaults?: object;
  /** Why it has no models. */
  readonly says?: string;
}

function describe({ lockfile, packages }: OpenLockfile, alias: string, profile: string): DescribedAlias {
  try {
    const resolved = resolveAlias(lockfile, alias, { profile, packages });
    return {
      alias,
      from: resolved.package ?? resolved.definedIn ?? '',
      models: resolved.targets.map(describeTarget),
      defaults: resolved.defaults,
    };
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return { alias, from: profile, models: [], says: 'not locked' };
  }
}

const describeTarget = ({ reference, provider, model, pin }: LockedTarget) => ({
  reference,
  provider,
  model,
  isLocked: pin !== undefined,
  input: priceOf(pin?.prices, 'input') ?? null,
  output: priceOf(pin?.prices, 'output') ?? null,
});
