/**
 * Whether what was locked still holds, for continuous integration. Findings are data; who prints them, and with which exit
 * code, is not decided here. What cannot be read counts as broken: a check that cannot look must not say that all is well.
 */
import type { Registry } from '../registry/index.ts';
import { suggestProfile } from './check-inheritance.ts';
import { checkPin } from './check-pin.ts';
import { costGapOf, type MaxRegistryAge, staleFinding, unpricedFinding } from './check-strictly.ts';
import { digestLockfile } from './digest.ts';
import { type Finding, FindingList } from './finding.ts';
import type { Lockfile, PoolEntry } from './lockfile.ts';
import { whyNot } from './match-models.ts';
import { readReference } from './model-reference.ts';
import type { MonthUsage } from './month-cost.ts';
import { getProfile, type WholeProfile } from './profiles.ts';

export interface CheckOptions {
  /** What the registry says now. Left out where it could not be read, which fails. */
  readonly registry?: Registry;
  /** Providers whose registry files could not be read, and why. */
  readonly unreadable?: readonly { readonly provider: string; readonly says: string }[];
  /** Otherwise all. */
  readonly profiles?: readonly string[];
  /** By how many percent a price may rise; 0 when left out. */
  readonly maxRisePercent?: number;
  readonly packages?: ReadonlyMap<string, Lockfile>;
  /** By alias; with it, a rise is also told in dollars a month. */
  readonly usage?: ReadonlyMap<string, MonthUsage>;
  /** With it, a model whose price is not known is an error, but for those of providers that cost nothing. */
  readonly strictCost?: { isFree(provider: string): boolean };
  /** With it, an older registry is an error. */
  readonly maxRegistryAge?: MaxRegistryAge;
}

export interface CheckResult {
  /** False as soon as one finding is an error. */
  readonly ok: boolean;
  readonly digest: string;
  readonly profiles: readonly string[];
  /** How many pins were compared with the registry. */
  readonly pinsChecked: number;
  readonly findings: readonly Finding[];
}

export function checkLockfile(lockfile: Lockfile, options: CheckOptions = {}): CheckResult {
  const findings = new FindingList();
  const names = (options.profiles ?? [...lockfile.profiles.keys()]).filter((name) => {
    if (lockfile.profiles.has(name)) return true;
    findings.add({
      code: 'profile_unknown',
      severity: 'error',
      profile: name,
      says: `The lockfile has no profile \`${name}\`.`,
      hint: suggestProfile(name, lockfile.profiles.keys()),
    });
    return false;
  });
  checkPackages(lockfile, options, findings);
  const checking = new Checking(options, findings);
  if (options.registry === undefined) findings.add(noRegistry);
  for (const name of names) checking.checkProfile(getProfile(lockfile, name));
  return {
    ok: findings.all.every(({ severity }) => severity !== 'error'),
    digest: digestLockfile(lockfile),
    profiles: names,
    pinsChecked: checking.pinsChecked,
    findings: findings.all,
  };
}

const noRegistry: Finding = {
  code: 'registry_unreadable',
  severity: 'error',
  says: 'The registry could not be read, so nothing could be checked.',
  hint: 'Make the registry readable, or check against the bundled one.',
};

function checkPackages(lockfile: Lockfile, options: CheckOptions, findings: FindingList): void {
  const providers = new Set([...(options.registry?.cards.values() ?? [])].map(({ provider }) => provider));
  for (const name of lockfile.packages) {
    const own = options.packages?.get(name);
    const locked = lockfile.packageDigests.get(name);
    const add = (code: Finding['code'], says: string, hint: string): void =>
      findings.add({ code, severity: 'error', package: name, says, hint });
    if (providers.has(name))
      add(
        'package_hides_provider',
        `The package \`${name}\` has the name of a provider, whose models it hides.`,
        'Take it from `extends`.',
      );
    if (own === undefined)
      add(
        'package_missing',
        `The lockfile of the package \`${name}\` cannot be read.`,
        `Install \`${name}\`, or take it from \`extends\`.`,
      );
    else if (locked === undefined)
      findings.add({
        code: 'not_locked',
        severity: 'warning',
        package: name,
        says: `The package \`${name}\` is not locked: whatever its lockfile says is used.`,
        hint: 'Run `keelson lock bump`.',
      });
    else if (locked !== digestLockfile(own))
      add(
        'package_changed',
        `The lockfile of the package \`${name}\` means something else than when it was locked.`,
        'Look at `keelson lock diff`, then run `keelson lock bump`.',
      );
  }
}

class Checking {
  pinsChecked = 0;
  readonly #options: CheckOptions;
  readonly #findings: FindingList;
  readonly #unreadable: ReadonlyMap<string, string>;
  readonly #done = new Set<string>();

  constructor(options: CheckOptions, findings: FindingList) {
    this.#options = options;
    this.#findings = findings;
    this.#unreadable = new Map(options.unreadable?.map(({ provider, says }) => [provider, says]));
  }

  checkProfile(profile: WholeProfile): void {
    this.#checkVersions(profile);
    for (const [alias, { entry, profile: definedIn }] of profile.aliases)
      for (const model of entry.models) this.#checkEntry(model, alias, definedIn, profile);
  }

  #checkVersions(profile: WholeProfile): void {
    const { registry } = this.#options;
    if (registry === undefined) return;
    for (const [provider, pinned] of profile.registryVersions) {
      const current = versionOf(registry, provider);
      if (this.#unreadable.has(provider)) this.#tellUnreadable(provider);
      if (current === undefined || current === pinned || !this.#isNew('version', provider, String(pinned)))
        continue;
      const behind = current - pinned;
      this.#findings.add({
        code: behind > 0 ? 'registry_behind' : 'registry_older',
        severity: behind > 0 ? 'note' : 'warning',
        profile: profile.name,
        provider,
        says:
          behind > 0
            ? `The registry of \`${provider}\` is at version ${current}, ${behind} later than the locked ${pinned}.`
            : `Version ${pinned} of the registry of \`${provider}\` is locked, but the one at hand is ${current}.`,
        hint: behind > 0 ? 'Run `keelson lock bump` to take it over.' : 'Update the registry, or lock again.',
      });
    }
  }

  #checkEntry(model: PoolEntry, alias: string, definedIn: string, profile: WholeProfile): void {
    const reference = typeof model === 'string' ? model : model.locked;
    const about = { profile: definedIn, alias };
    if (reference === undefined) {
      if (this.#isNew('entry', definedIn, alias, JSON.stringify(model)))
        this.#findings.add({
          ...about,
          ...notLocked(`The constraint \`${(model as { match: string }).match}\` of \`${alias}\``),
        });
      return;
    }
    const pin = profile.pins.get(reference);
    if (!this.#isNew('entry', definedIn, alias, reference, pin?.profile ?? '')) return;
    const { registry } = this.#options;
    const provider = readReference(reference)?.provider ?? '';
    this.#checkStrictly(reference, provider, about);
    if (pin === undefined)
      this.#findings.add({ ...about, reference, ...notLocked(`\`${reference}\` of \`${alias}\``) });
    else if (this.#unreadable.has(provider)) this.#tellUnreadable(provider);
    else if (registry !== undefined) {
      this.pinsChecked++;
      const { maxRisePercent = 0, usage } = this.#options;
      const month = usage?.get(alias);
      const card = checkPin(
        { reference, pin: pin.entry, about, maxRisePercent, ...(month !== undefined && { month }) },
        registry,
        this.#findings,
      );
      const why =
        card !== undefined && typeof model !== 'string' && card.lifeCycle.isActive
          ? whyNot(model, card)
          : undefined;
      if (why !== undefined && !card?.lifeCycle.isDeprecated)
        this.#findings.add({
          ...about,
          code: 'constraint_broken',
          severity: 'error',
          reference,
          says: `\`${reference}\` was chosen for \`${alias}\`, but ${why} now.`,
          hint: 'Run `keelson lock bump` to choose again.',
        });
    }
  }

  #checkStrictly(reference: string, provider: string, about: Pick<Finding, 'profile' | 'alias'>): void {
    const { strictCost, maxRegistryAge, registry } = this.#options;
    if (registry === undefined || this.#unreadable.has(provider)) return;
    const stale = maxRegistryAge && staleFinding(provider, maxRegistryAge);
    if (stale !== undefined && this.#isNew('stale', provider)) this.#findings.add(stale);
    const gap = strictCost && costGapOf(reference, registry, strictCost.isFree);
    if (gap !== undefined && this.#isNew('gap', about.alias ?? '', reference))
      this.#findings.add({ ...unpricedFinding(gap, reference), ...about });
  }

  #tellUnreadable(provider: string): void {
    if (!this.#isNew('unreadable', provider)) return;
    this.#findings.add({
      code: 'registry_unreadable',
      severity: 'error',
      provider,
      says: `The registry of \`${provider}\` could not be read: ${this.#unreadable.get(provider)}`,
      hint: 'Make it readable; nothing of this provider was checked.',
    });
  }

  /** What several profiles share is told once. */
  #isNew(...parts: readonly string[]): boolean {
    const key = JSON.stringify(parts);
    if (this.#done.has(key)) return false;
    this.#done.add(key);
    return true;
  }
}

const notLocked = (what: string) =>
  ({
    code: 'not_locked',
    severity: 'error',
    says: `${what} is not locked.`,
    hint: 'Run `keelson lock bump`, which pins it.',
  }) as const;

function versionOf(registry: Registry, provider: string): number | undefined {
  let version: number | undefined;
  for (const card of registry.cards.values())
    if (card.provider === provider) version = Math.max(version ?? 0, card.registryVersion);
  return version;
}
