/** `keelson lock digest`: the name that receipts have for a lockfile. */
import { KeelsonError } from '@keelson/core';
import type { Run } from '../../line/command-spec.ts';
import { openLockfile } from '../../subject/open-lockfile.ts';

export const run: Run = async (input, surroundings) => {
  const { path, digest, legacyDigest } = await openLockfile(input, surroundings);
  const isLegacy = input.isOn('legacy');
  const asked = isLegacy ? legacyDigest : digest;
  if (asked === undefined)
    throw new KeelsonError('configuration_invalid', `LLMRing has no digest for \`${path}\`.`, {
      hint: 'Name an llmring.lock with --lockfile, or leave out --legacy.',
    });
  return {
    data: { path, digest, ...(legacyDigest !== undefined && { legacyDigest }) },
    text: () => `${asked}\n`,
  };
};
