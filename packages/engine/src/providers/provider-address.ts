/** Where a provider is: its form's address with the settings filled in, or the operator's own. */
import { KeelsonError } from '@keelson/core';
import type { ProviderForm } from './provider-form.ts';

export function fillAddress(
  provider: string,
  template: string | undefined,
  known: ProviderForm['settings'],
  settings: Readonly<Record<string, string>>,
): string {
  if (template === undefined)
    throw invalid(provider, 'has no address', 'Set its address, such as http://127.0.0.1:8000.');
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = settings[name] ?? known?.[name]?.default;
    if (value === undefined || !/^[\w.-]+$/.test(value)) {
      throw invalid(provider, `has no usable \`${name}\``, known?.[name]?.about ?? `Set \`${name}\`.`);
    }
    return value;
  });
  return checkAddress(provider, filled);
}

function checkAddress(provider: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid(provider, 'has an address that is no web address', 'It begins with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw invalid(provider, 'has an address with a key or a query in it', 'Put the key where keys belong.');
  }
  return address;
}

function invalid(provider: string, what: string, hint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `The provider \`${provider}\` ${what}.`, { hint });
}
