/** Secrets in variables of the environment, which is handed in as a plain record. */
import { type SecretSource, secretError } from '../secret-source.ts';

export function createEnvironmentSource(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    read: async ({ locator, label }) => {
      const value = Object.hasOwn(env, locator) ? env[locator] : undefined;
      if (value !== undefined && value !== '') return { value };
      throw secretError(label, 'is not set', `Set the variable ${locator}.`);
    },
  };
}
