/** The providers of the registry as if each had a key: what their models cost can be told where nobody is asked. */
import { bundledProviders } from '@keelson/core';
import { type ProviderConfig, providerForms } from '@keelson/engine';
import { readProviders } from '../set-up-providers.ts';

export function pretendProviders(): readonly ProviderConfig[] {
  const named = bundledProviders.flatMap((name) => providerForms.get(name)?.environment.key?.[0] ?? []);
  return readProviders(Object.fromEntries(named.map((variable) => [variable, 'none']))).providers;
}
