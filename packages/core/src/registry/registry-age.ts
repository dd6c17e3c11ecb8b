/** How old a registry file is by what it says of itself, and whether that is too old to go by. The clock is the caller's. */
import { KeelsonError } from '../errors/index.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Whole days since `updated_at`; undefined where the file does not say when it was made, or says no time. */
export function registryAgeDays(updatedAt: string | undefined, now: number): number | undefined {
  const then = updatedAt === undefined ? Number.NaN : Date.parse(updatedAt);
  // A day ahead is another time zone; more is no age.
  if (Number.isNaN(then) || then - now > dayMs) return undefined;
  return Math.max(0, Math.floor((now - then) / dayMs));
}

export interface AgeLimit {
  readonly maxAgeDays: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Undefined where it is fresh enough. What does not tell its age is not. */
export function tellTooOld(
  { provider, updatedAt }: { readonly provider: string; readonly updatedAt?: string },
  { maxAgeDays, now }: AgeLimit,
): string | undefined {
  const age = registryAgeDays(updatedAt, now);
  if (age === undefined)
    return `The registry of \`${provider}\` does not say when it was made${updatedAt === undefined ? '' : ` (\`updated_at\` is \`${updatedAt.slice(0, 40)}\`)`}, and ${tellDays(maxAgeDays)} are allowed.`;
  if (age <= maxAgeDays) return undefined;
  return `The registry of \`${provider}\` is of ${updatedAt}, ${tellDays(age)} ago; ${tellDays(maxAgeDays)} are allowed.`;
}

const tellDays = (days: number): string => `${days} day${days === 1 ? '' : 's'}`;

/** Throws `configuration_invalid` for a file that is too old, or of which nobody can say how old it is. */
export function assertRegistryFresh(
  file: { readonly provider: string; readonly updatedAt?: string },
  limit: AgeLimit,
): void {
  const says = tellTooOld(file, limit);
  if (says === undefined) return;
  throw new KeelsonError('configuration_invalid', says, {
    hint: 'Get a newer registry, or allow more days.',
    details: { field: 'registry' },
  });
}
