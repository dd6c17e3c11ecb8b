/** `keelson lock explain`: which lockfile applies here, which profile, and what is in it. */
import { chooseProfile, getProfile } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { openLockfile } from '../../subject/open-lockfile.ts';
import { renderFacts } from '../../terminal/table.ts';

const whyThisFile: Readonly<Record<string, string>> = {
  asked: 'named with --lockfile',
  found: 'the nearest going up from here',
};

const whyThisProfile: Readonly<Record<string, string>> = {
  asked: 'named with --profile',
  default_profile: 'the default of the file',
};

export const run: Run = async (input, surroundings) => {
  const { path, origin, form, digest, lockfile, packages, missingPackages } = await openLockfile(
    input,
    surroundings,
  );
  const chosen = chooseProfile(lockfile, input.text('profile'), surroundings.environment);
  const profile = getProfile(lockfile, chosen.name);
  const references = new Set(
    [...profile.aliases.values()].flatMap(({ entry }) =>
      entry.models.map((model) => (typeof model === 'string' ? model : (model.locked ?? model.match))),
    ),
  );
  const unlocked = [...references].filter((reference) => !profile.pins.has(reference));
  const versions = [...profile.registryVersions].map(([provider, version]) => `${provider} ${version}`);
  const facts: [string, string][] = [
    ['file', `${path} (${whyThisFile[origin] ?? origin})`],
    ['form', form === 'keelson' ? 'keelson' : `llmring.lock, ${form}: read, never changed`],
    ['digest', digest],
    ['profile', `${profile.chain.join(' < ')} (${whyThisProfile[chosen.origin] ?? chosen.origin})`],
    ['profiles', [...lockfile.profiles.keys()].join(', ')],
    ['aliases', [...profile.aliases.keys()].join(', ') || 'none'],
    ['pins', `${references.size - unlocked.length} of ${references.size} models`],
    ...(unlocked.length > 0 ? [['not locked', unlocked.join(', ')] as [string, string]] : []),
    ['registry', versions.join(', ') || 'no version is locked'],
    ...lockfile.packages.map((name): [string, string] => [
      'package',
      packages.has(name) ? name : `${name}, which is missing`,
    ]),
  ];
  return {
    data: asJson({
      path,
      origin,
      form,
      digest,
      profile: { name: profile.name, origin: chosen.origin, chain: profile.chain },
      profiles: [...lockfile.profiles.keys()],
      aliases: [...profile.aliases.keys()],
      unlocked,
      registryVersions: profile.registryVersions,
      packages: lockfile.packages,
      missingPackages,
    }),
    text: (look) => renderFacts(facts, look),
    notes: missingPackages.map(({ says }) => says),
  };
};
