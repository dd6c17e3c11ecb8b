/** Whether an environment means a provider at all, told by its variables and nothing else. */
import type { FormEnvironment } from '../provider-form.ts';
import { type Environment, readVariable } from './read-variable.ts';

/** What is meant may still be there by half. */
export function isProviderMeant(
  { meant, key = [], address = [], ambient }: FormEnvironment,
  env: Environment,
): boolean {
  if (ambient !== undefined && readVariable(env, [ambient.variable]) === 'off') return false;
  return (meant ?? [...key, ...address]).some((variable) => {
    const value = readVariable(env, [variable]);
    return value !== undefined && !/^(?:false|0)$/i.test(value);
  });
}
