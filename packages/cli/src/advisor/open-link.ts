/** Whom the advisor asks: a gateway that is named, or a model by the keys that are here. */
import { KeelsonError, type Registry, resolveAlias } from '@keelson/core';
import { defaultAliases, type ProviderForm, providerForms, type Secret } from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { UsageError } from '../line/usage-error.ts';
import { type OpenLockfile, profileFor } from '../subject/open-lockfile.ts';
import { findServerAddress } from '../subject/server/server-address.ts';
import { findServerKey } from '../subject/server/server-key.ts';
import { readProviders, readSetUp } from '../subject/set-up-providers.ts';
import { openEngineLink } from './engine-link.ts';
import type { ModelLink } from './model-link.ts';

export interface LinkWish {
  readonly input: Input;
  readonly surroundings: Surroundings;
  readonly registry: Registry;
  readonly lockfile: OpenLockfile | undefined;
}

/** An alias that a gateway has, unless its lockfile says otherwise. */
const usualOfGateway = 'balanced';

export async function openLink(wish: LinkWish): Promise<ModelLink> {
  const { input, surroundings } = wish;
  const wanted = input.text('model');
  // What is named on the line goes before `--local`.
  const server =
    input.text('server') === undefined && input.isOn('local')
      ? undefined
      : findServerAddress(input, surroundings);
  if (server === undefined) return openLocal(wanted, wish);
  const key = await findServerKey(input, surroundings);
  return openGateway(wanted ?? usualOfGateway, server.url, key);
}

/** To an engine, a gateway is a provider like any other. */
function openGateway(model: string, url: string, key: Secret | undefined): ModelLink {
  const form = providerForms.get('openai-compatible') as ProviderForm;
  const address = url.replace(/\/+$/, '').replace(/(?<!\/v1)$/, '/v1');
  const gateway = { name: 'gateway', form, address, ...(key !== undefined && { key }) };
  return openEngineLink(`gateway:${model}`, { providers: [gateway] }, model);
}

function openLocal(wanted: string | undefined, wish: LinkWish): ModelLink {
  const { surroundings, registry } = wish;
  const { providers } = readProviders(surroundings.environment);
  if (providers.length === 0) throw nobodyToAsk();
  const model = wanted ?? chooseModel(wish);
  const aliases = model.includes(':') ? {} : { [model]: modelsOfAlias(model, wish) };
  return openEngineLink(model, { providers, registry, aliases });
}

function nobodyToAsk(): KeelsonError {
  return new KeelsonError(
    'provider_authentication_failed',
    'There is no model to ask: no provider has a key here.',
    {
      hint: 'Set one, such as ANTHROPIC_API_KEY or OPENAI_API_KEY (`keelson providers` lists all), or name a gateway with --server.',
    },
  );
}

/** The one that the gateway calls `balanced` without a lockfile, by the keys that are here. */
function chooseModel({ surroundings, registry }: LinkWish): string {
  const setUp = readSetUp(surroundings.environment).map(({ config }) => config);
  const { balanced = [], fast = [] } = defaultAliases(registry, setUp);
  const [model] = [...balanced, ...fast];
  if (model !== undefined) return model;
  throw new UsageError('It is not known which model to ask.', {
    hint: 'Name one with --model PROVIDER:MODEL.',
  });
}

function modelsOfAlias(alias: string, { lockfile, registry, input, surroundings }: LinkWish): string[] {
  if (lockfile === undefined)
    throw new KeelsonError(
      'model_not_found',
      `There is no lockfile, so no alias \`${alias.slice(0, 100)}\`.`,
      {
        hint: 'Write a model as PROVIDER:MODEL.',
        details: { model: alias.slice(0, 100) },
      },
    );
  const profile = profileFor(lockfile.lockfile, input, surroundings).name;
  const options = { profile, packages: lockfile.packages, registry };
  return resolveAlias(lockfile.lockfile, alias, options).targets.map(({ reference }) => reference);
}
