/**
 * Credentials that are there without a key in a variable: a profile in a file, a login of a person, or the role of the
 * machine. Which of them is meant is decided by variables and files alone; nothing is asked over a network.
 */
import { KeelsonError } from '@keelson/core';
import type { AmbientChain } from '../provider-form.ts';
import type { Ambient } from './ambient.ts';
import { ambientAws } from './aws-ambient.ts';
import { ambientGoogle } from './google-ambient.ts';
import { type Environment, type ReadFile, readVariable } from './read-variable.ts';

const chains = { aws: ambientAws, google: ambientGoogle } as const;

/** What is found besides the variables that hold keys; those come first and are left to the caller. */
export function findAmbient(
  provider: string,
  { kind, variable, sources }: AmbientChain,
  env: Environment,
  readFile: ReadFile = () => undefined,
): Ambient {
  const source = readVariable(env, [variable]);
  if (source !== undefined && !sources.includes(source)) {
    const message = `${provider} has no credentials: ${variable} names no place to look for them.`;
    throw new KeelsonError('configuration_invalid', message, {
      hint: `Set it to ${sources.join(', ')}, or take it away.`,
    });
  }
  return chains[kind]({ provider, env, readFile, source });
}
