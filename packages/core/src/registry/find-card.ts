/**
 * From the name of a model to its card. A name that stands in no file is found only where a written rule takes it to one
 * card for certain; nothing is guessed from a common beginning, because neighbours in name may differ tenfold in price.
 */
import type { ModelCard } from './model-card.ts';
import type { Registry } from './registry.ts';

export interface FindOptions {
  /** Names of deployments to names of models, for providers whose customers name deployments themselves (Azure). */
  readonly deployments?: Readonly<Record<string, string>>;
}

/** `reference` is `provider:model`; the model's own name may hold further colons. */
export function findCard(
  registry: Registry,
  reference: string,
  options: FindOptions = {},
): ModelCard | undefined {
  const colon = reference.indexOf(':');
  if (colon < 1) return undefined;
  const provider = reference.slice(0, colon);
  const asked = reference.slice(colon + 1);
  const { deployments = {} } = options;
  // A mapping comes first: a deployment may carry the name of a model that it does not serve.
  const model = Object.hasOwn(deployments, asked) ? (deployments[asked] as string) : asked;
  for (const name of candidateNames(provider, model)) {
    const card = findExactly(registry, provider, name) ?? findUndated(registry, provider, name);
    if (card !== undefined) return card;
  }
  return undefined;
}

function findExactly(registry: Registry, provider: string, model: string): ModelCard | undefined {
  const key = `${provider}:${model}`;
  const aliased = registry.aliases.get(key);
  return registry.cards.get(key) ?? (aliased === undefined ? undefined : registry.cards.get(aliased));
}

/** Parts of a name that say where a model is found or served, and not which it is. */
const placePrefixes: Readonly<Record<string, RegExp>> = {
  bedrock: /^(us|us-gov|eu|apac|au|jp|ca|sa|me|af|global)\.(?=[a-z0-9-]+\.)/,
  gemini: /^models\//,
  vertexai: /^(projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models\//,
};

/** The name itself, then the name without its place. Regions with prices of their own have cards of their own. */
function candidateNames(provider: string, model: string): string[] {
  const prefix = Object.hasOwn(placePrefixes, provider) ? placePrefixes[provider] : undefined;
  const bare = prefix === undefined ? model : model.replace(prefix, '');
  return bare === model ? [model] : [model, bare];
}

const dateSuffix = /[-@](20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;

/** A whole date at the end names an edition; shorter endings such as `-0613` or `-2512` may be models of their own. */
function findUndated(registry: Registry, provider: string, model: string): ModelCard | undefined {
  const family = model.replace(dateSuffix, '');
  if (family === model || family === '' || dateSuffix.test(family)) return undefined;
  return findExactly(registry, provider, family);
}
