/** Where a provider is: its form's address with the settings filled in, or the operator's own. */
import { KeelsonError } from '@keelson/core';
import { isMetadataHost } from './address-guard.ts';
import type { ProviderForm } from './provider-form.ts';

export type Settings = Readonly<Record<string, string>>;

export interface AddressChoice {
  readonly provider: string;
  readonly form: ProviderForm;
  readonly settings: Settings;
  /** The operator's own. */
  readonly address?: string;
  readonly allowMetadataAddresses?: boolean;
}

export function chooseAddress(choice: AddressChoice): URL {
  const { provider, form, settings, address } = choice;
  const template = address ?? addressOf(form, settings);
  if (template === undefined)
    throw invalid(provider, 'has no address', 'Set its address, such as http://127.0.0.1:8000.');
  return checkAddress(choice, fillSettings(provider, template, form, settings));
}

function addressOf(form: ProviderForm, settings: Settings): string | undefined {
  const special = form.addresses?.find(({ setting, matches }) =>
    matches.test(settings[setting] ?? form.settings?.[setting]?.default ?? ''),
  );
  return special?.address ?? form.address;
}

/** `{model}` is left, because only a call knows it. */
export function fillSettings(
  provider: string,
  template: string,
  form: ProviderForm,
  settings: Settings,
): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => {
    if (name === 'model') return hole;
    const value = settings[name] ?? form.settings?.[name]?.default;
    // Whatever else it holds, it could lead the key to another host.
    if (value === undefined || !/^[\w.-]+$/.test(value)) {
      throw invalid(
        provider,
        `has no usable \`${name}\``,
        form.settings?.[name]?.about ?? `Set \`${name}\`.`,
      );
    }
    return value;
  });
}

export function checkAddress(
  { provider, allowMetadataAddresses }: Pick<AddressChoice, 'provider' | 'allowMetadataAddresses'>,
  address: string,
): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid(provider, 'has an address that is no web address', 'It begins with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(provider, 'has an address with a key or a query in it', 'Put the key where keys belong.');
  }
  if (allowMetadataAddresses !== true && isMetadataHost(url.hostname)) {
    throw invalid(
      provider,
      'has an address of a metadata service or of the local link, which is refused',
      'Correct the address, or set `allowMetadataAddresses` if it is meant.',
    );
  }
  return url;
}

function invalid(provider: string, what: string, hint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `The provider \`${provider}\` ${what}.`, { hint });
}
