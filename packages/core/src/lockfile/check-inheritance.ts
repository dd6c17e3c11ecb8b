/** Profiles answer for each other only where both exist and nobody answers for himself in the end. */
import { didYouMean } from '../errors/index.ts';
import type { LockedProfile } from './lockfile.ts';
import type { TableReader } from './table-reader.ts';

export function checkInheritance(
  reader: TableReader,
  profiles: ReadonlyMap<string, LockedProfile>,
  defaultProfile: string,
): void {
  if (profiles.size > 0 && !profiles.has(defaultProfile)) {
    const steps = reader.peek('default_profile') === undefined ? [] : ['default_profile'];
    const says = `names \`${defaultProfile}\` as the default profile, which does not exist`;
    reader.complain(steps, says, suggestProfile(defaultProfile, profiles.keys()));
  }
  for (const [name, { inherits }] of profiles) {
    const steps = ['profiles', name, 'inherits'];
    if (inherits === undefined) continue;
    if (!profiles.has(inherits)) {
      const says = `names the profile \`${inherits}\`, which does not exist`;
      reader.complain(steps, says, suggestProfile(inherits, profiles.keys()));
    } else {
      const cycle = findCycle(name, profiles);
      if (cycle !== undefined)
        reader.complain(steps, `goes in a circle: ${cycle.join(' → ')}`, 'Take `inherits` from one of them.');
    }
  }
}

export function suggestProfile(wanted: string, names: Iterable<string>): string {
  const all = [...names];
  return didYouMean(wanted, all) ?? `Profiles are ${all.join(', ') || 'none'}.`;
}

/** The circle that begins and ends at this profile; a profile that only leads into one is not part of it. */
function findCycle(name: string, profiles: ReadonlyMap<string, LockedProfile>): string[] | undefined {
  const seen = [name];
  for (let next = profiles.get(name)?.inherits; next !== undefined; next = profiles.get(next)?.inherits) {
    if (next === name) return [...seen, name];
    if (seen.includes(next)) return undefined;
    seen.push(next);
  }
  return undefined;
}
