/** What a provider is told of who calls, and the checks that hold for every kind of it. */
import { KeelsonError } from '@keelson/core';
import type { Secret } from '../../secrets/index.ts';
import type { MachineIdentity } from './machine-identity.ts';

export interface Credentials {
  readonly key?: Secret;
  /** What is no secret, such as a tenant or a region. */
  readonly settings: Readonly<Record<string, string>>;
  /** By name: `secretAccessKey`, `clientSecret` and so on. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** In place of all of them. */
  readonly identity?: MachineIdentity;
}

export function revealKey(provider: string, key: Secret | undefined): string {
  const value = key?.reveal();
  if (value === undefined || value === '') {
    throw invalid(provider, 'has no key', `Set the key of ${provider}, or leave the provider out.`);
  }
  return checkHeaderValue(provider, 'key', value);
}

/** A line break would end the header and begin another. */
export function checkHeaderValue(provider: string, what: string, value: string): string {
  if (/[^\x21-\x7e]/.test(value)) {
    const hint = 'Look for a space or a line break at its end.';
    throw new KeelsonError(
      'configuration_invalid',
      `The ${what} of ${provider} holds characters that no ${what} has.`,
      { hint },
    );
  }
  return value;
}

export function invalid(provider: string, what: string, hint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `${provider} ${what}.`, { hint });
}
