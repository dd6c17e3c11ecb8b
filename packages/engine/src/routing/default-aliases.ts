/**
 * Names for whoever has configured nothing but keys, computed from the registry for the providers that are there. A lockfile
 * takes their place.
 */
import { type Registry, suggestAliases, suggestedAliases } from '@keelson/core';
import type { ProviderForm } from '../providers/index.ts';

export interface NamedProvider {
  readonly name: string;
  readonly form: Pick<ProviderForm, 'name' | 'registry'>;
}

/** By name, the models that may be tried in this order. */
export function defaultAliases(
  registry: Registry,
  providers: readonly NamedProvider[],
): Record<string, readonly string[]> {
  const names = namesByVendor(providers);
  const suggested = suggestAliases(registry, { providers: new Set(names.keys()) });
  const aliases: Record<string, readonly string[]> = {};
  for (const [alias, { models }] of suggested)
    aliases[alias] = models.flatMap((model) => (typeof model === 'string' ? rename(model, names) : []));
  // A simulated answer must never stand in for a real one.
  const isOnlySimulated = suggested.size === 0 && providers.some(({ name }) => name === 'simulator');
  return isOnlySimulated ? simulatedAliases() : aliases;
}

/** What the registry calls a vendor, and what its provider is called here; of several, the one with the vendor's name. */
function namesByVendor(providers: readonly NamedProvider[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, form } of providers) {
    const vendor = form.registry ?? form.name;
    if (name === vendor || !names.has(vendor)) names.set(vendor, name);
  }
  return names;
}

function rename(model: string, names: ReadonlyMap<string, string>): string {
  const colon = model.indexOf(':');
  const vendor = model.slice(0, colon);
  return `${names.get(vendor) ?? vendor}${model.slice(colon)}`;
}

function simulatedAliases(): Record<string, readonly string[]> {
  return Object.fromEntries(suggestedAliases.map((alias) => [alias, [`simulator:${alias}`]]));
}
