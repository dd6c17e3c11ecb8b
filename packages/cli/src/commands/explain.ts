/** `keelson explain`: the routing plan of a call, made by the rooms that make it in the gateway, without asking anybody. */
import {
  costGapOf,
  costOf,
  formatDollars,
  type Registry,
  type ResolvedAlias,
  resolveAlias,
  tellCostGap,
} from '@keelson/core';
import {
  createCardReader,
  defaultAliases,
  type Explanation,
  explainLines,
  explainPools,
  isProviderMeant,
  type PlanQuestion,
  type Provider,
  providerForms,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run, Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { findOpenLockfile, type OpenLockfile, profileFor } from '../subject/open-lockfile.ts';
import { getRegistry } from '../subject/open-registry.ts';
import { isCostStrict, isFreeProvider } from '../subject/strict-cost.ts';
import { plain } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const name = input.word(0);
  const open = await findOpenLockfile(input, surroundings);
  const setUp = meantProviders(surroundings.environment);
  const locked = open && readAlias(name, open, input, surroundings);
  const vendors = vendorsOf([name, ...Object.values(locked?.aliases ?? {}).flat()], open ? [] : setUp);
  const registry = await getRegistry(input, surroundings, vendors.size === 0 ? undefined : vendors);
  const known = locked ?? withoutLockfile(setUp, registry);
  const providers = providersByName();
  const { factsOf, models } = createCardReader(registry, providers);
  const call = readCall(input);
  const explanation = explainPools(known.aliases, questionOf(known.model ?? name, call, input), {
    providers,
    factsOf,
    models,
    clock: systemClock,
    random: systemRandom,
  });
  const prices = pricesOf(known.resolved, call);
  const missing = keylessProviders(explanation, setUp);
  const gaps = isCostStrict(input, surroundings) ? gapsOf(explanation, prices, registry) : [];
  return {
    data: asJson({
      lockfile: open?.path ?? null,
      profile: known.profile ?? null,
      ...explanation,
      defaults: known.resolved?.defaults,
      costs: prices,
      ...(gaps.length > 0 && { unpriced: gaps }),
      withoutKey: missing,
    }),
    exitCode: explanation.error === undefined && gaps.length === 0 ? 0 : 1,
    text: (look) =>
      renderText(explanation, known, prices) +
      gaps.map(({ says }) => `${look.red('error')} ${plain(says)}\n`).join(''),
    notes: [
      ...(open === undefined
        ? ['No lockfile was found: these are the aliases of a gateway without one.']
        : []),
      ...missing.map((provider) => `\`${provider}\` is not set up here: its models would be left out.`),
    ],
  };
};

interface Known {
  readonly aliases: Record<string, readonly string[]>;
  /** What to ask for, where that is a model and not an alias. */
  readonly model?: string;
  readonly profile?: string;
  readonly resolved?: ResolvedAlias;
}

/** By their variables alone: whether they hold all that is needed is for `keelson doctor` to find out. */
function meantProviders(environment: Surroundings['environment']): ReadonlySet<string> {
  const meant = [...providerForms.values()].filter((form) => isProviderMeant(form.environment, environment));
  return new Set(meant.map(({ name }) => name));
}

function withoutLockfile(setUp: ReadonlySet<string>, registry: Registry): Known {
  const forms = [...providerForms.values()].filter(({ name }) => setUp.has(name));
  return {
    aliases: defaultAliases(
      registry,
      forms.map((form) => ({ name: form.name, form })),
    ),
  };
}

/** Of the lockfile, only the one alias is needed; a model that is named itself is needed as it is pinned. */
function readAlias(name: string, open: OpenLockfile, input: Input, surroundings: Surroundings): Known {
  const { lockfile, packages } = open;
  const profile = profileFor(lockfile, input, surroundings);
  const resolved = resolveAlias(lockfile, name, { profile: profile.name, packages });
  const targets = resolved.targets.map(({ provider, model }) => `${provider}:${model}`);
  const isAlias = resolved.definedIn !== undefined;
  return {
    profile: profile.name,
    resolved,
    aliases: isAlias ? { [name]: targets } : {},
    ...(!isAlias && targets[0] !== undefined && { model: targets[0] }),
  };
}

function vendorsOf(references: readonly string[], setUp: Iterable<string>): Set<string> {
  const names = references.filter((each) => each.includes(':')).map((each) => each.split(':')[0] ?? '');
  return new Set([...names, ...setUp].map((name) => providerForms.get(name)?.registry ?? name));
}

/** As routing knows them. Nothing is sent, so that none of them needs a key. */
function providersByName(): ReadonlyMap<string, Provider> {
  const never = (): never => {
    throw new Error('A plan sends nothing.');
  };
  return new Map(
    [...providerForms].map(([name, form]): [string, Provider] => [
      name,
      {
        name,
        form,
        address: form.address ?? '',
        isFree: form.isLocal === true,
        send: never,
        list: never,
        clean: (error) => error,
        reveals: () => false,
        load: () => 0,
        close: async () => {},
      },
    ]),
  );
}

interface Call {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const usualTokens = 1000;

const readCall = (input: Input): Call => ({
  inputTokens: input.number('input-tokens') ?? usualTokens,
  outputTokens: input.number('output-tokens') ?? usualTokens,
});

function questionOf(model: string, call: Call, input: Input): PlanQuestion {
  const has = new Set(input.list('with'));
  return {
    endpoint: 'chat',
    model,
    dialect: input.text('dialect') ?? 'openai-chat',
    isStream: false,
    tags: {},
    facts: () => ({
      inputTokens: call.inputTokens,
      maxOutputTokens: call.outputTokens,
      hasTools: has.has('tools'),
      hasImages: has.has('images'),
      hasDocuments: has.has('documents'),
      hasAudio: has.has('audio'),
      wantsSchema: has.has('schema'),
      wantsReasoning: has.has('reasoning'),
      metadata: {},
    }),
  };
}

interface Price {
  readonly model: string;
  /** Left out where any of it has no price. */
  readonly dollars?: string;
  readonly priceVersion?: string;
}

/** By the prices that were locked. */
function pricesOf(resolved: ResolvedAlias | undefined, { inputTokens, outputTokens }: Call): Price[] {
  return (resolved?.targets ?? []).map(({ provider, model, prices, priceVersion }) => {
    const usage = { input: { total: inputTokens, uncached: inputTokens }, output: { total: outputTokens } };
    const cost = costOf(usage, prices);
    return {
      model: `${provider}:${model}`,
      ...(cost.status === 'priced' && { dollars: formatDollars(cost.nanoDollars) }),
      ...(priceVersion !== undefined && { priceVersion }),
    };
  });
}

/** With strict cost, models that would be asked without anybody knowing what they cost. A locked price is one. */
function gapsOf({ candidates }: Explanation, prices: readonly Price[], registry: Registry) {
  const locked = new Set(prices.filter(({ dollars }) => dollars !== undefined).map(({ model }) => model));
  const asked = candidates.filter(({ model, isKept }) => isKept && !locked.has(model));
  return asked.flatMap(({ model }) => {
    const at = model.indexOf(':');
    const provider = model.slice(0, at);
    const reference = `${providerForms.get(provider)?.registry ?? provider}${model.slice(at)}`;
    const gap = isFreeProvider(provider) ? undefined : costGapOf(reference, registry, isFreeProvider);
    return gap === undefined ? [] : [{ model, status: gap, says: tellCostGap(gap, model) }];
  });
}

function keylessProviders({ candidates }: Explanation, setUp: ReadonlySet<string>): string[] {
  const names = candidates.map(({ model }) => model.slice(0, model.indexOf(':')));
  return [...new Set(names)].filter((name) => !setUp.has(name) && providerForms.get(name)?.isLocal !== true);
}

function renderText(
  explanation: Explanation,
  { profile, resolved }: Known,
  prices: readonly Price[],
): string {
  const lines = explainLines(explanation);
  if (profile !== undefined) lines.push(`  profile ${profile}${definedIn(resolved, profile)}`);
  for (const { model, dollars, priceVersion } of prices)
    lines.push(
      `  ${model} would cost ${dollars === undefined ? 'an unknown amount' : `$${dollars}`}${priceVersion === undefined ? '' : ` by ${priceVersion}`}`,
    );
  const defaults = Object.entries(resolved?.defaults ?? {});
  if (defaults.length > 0)
    lines.push(
      `  requests get ${defaults.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(', ')}`,
    );
  return `${lines.map(plain).join('\n')}\n`;
}

function definedIn(resolved: ResolvedAlias | undefined, profile: string): string {
  if (resolved?.package !== undefined) return `, defined in the package ${resolved.package}`;
  const { definedIn: where } = resolved ?? {};
  return where === undefined || where === profile ? '' : `, defined in ${where}`;
}
