/**
 * The providers that calls can go to, by name. They may be exchanged while calls are under way: a call that has begun goes on
 * with the provider that it has.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { CredentialPool } from './credentials/index.ts';
import { createProvider, type Provider } from './provider.ts';
import type { ProviderConfig } from './provider-config.ts';

export interface ProviderTableSettings {
  readonly clock: Clock;
  /** Credentials that are chosen for each call, in place of the key of the configuration. */
  poolFor?(name: string): CredentialPool;
}

/** No call takes longer, and its later attempts need the provider that it was planned with. */
const retiredForMs = 24 * 3_600_000;
const lookEveryMs = 60_000;

interface Retired {
  readonly provider: Provider;
  readonly since: number;
}

interface Entry {
  readonly provider: Provider;
  readonly config: ProviderConfig;
}

type Entries = ReadonlyMap<string, Entry>;

export class ProviderTable {
  /** Always the same map; its entries change. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly #providers = new Map<string, Provider>();
  readonly #configs = new Map<string, ProviderConfig>();
  /** By name, for good: prices and figures are remembered by the name of a provider. */
  readonly #forms = new Map<string, string>();
  readonly #settings: ProviderTableSettings;
  #retired: Retired[] = [];
  #stop: (() => void) | undefined;

  constructor(configs: readonly ProviderConfig[], settings: ProviderTableSettings) {
    this.#settings = settings;
    this.providers = this.#providers;
    this.replace(configs);
  }

  /**
   * A provider whose configuration is the same object stays as it is, with its connections. Throws what is wrong with one of
   * them, or what `then` throws; nothing has changed in that case. What stands in between runs with the new ones.
   */
  replace(configs: readonly ProviderConfig[], then: () => void = () => {}): void {
    const before = this.#now();
    const next = this.#make(configs);
    this.#become(next);
    try {
      then();
    } catch (error) {
      this.#become(before);
      closeAllBut(next, before);
      throw error;
    }
    for (const { name, form } of configs) this.#forms.set(name, form.name);
    this.#retire(before);
  }

  /** As if these were the providers while it runs. */
  tryOut<Result>(configs: readonly ProviderConfig[], run: () => Result): Result {
    const before = this.#now();
    const next = this.#make(configs);
    this.#become(next);
    try {
      return run();
    } finally {
      this.#become(before);
      closeAllBut(next, before);
    }
  }

  /** Throws what is wrong with one. */
  check(config: ProviderConfig): void {
    this.#checkForm(config);
    void this.#create(config).close();
  }

  async close(): Promise<void> {
    this.#stop?.();
    const all = [...this.#providers.values(), ...this.#retired.map(({ provider }) => provider)];
    await Promise.all(all.map((provider) => provider.close()));
  }

  #checkForm({ name, form }: ProviderConfig): void {
    const known = this.#forms.get(name);
    if (known === undefined || known === form.name) return;
    throw new KeelsonError(
      'configuration_invalid',
      `The provider \`${name}\` is of the form \`${known}\` since the start and cannot become \`${form.name}\` while it runs.`,
      { hint: 'Give the new one another name, or start Keelson again.' },
    );
  }

  #create(config: ProviderConfig): Provider {
    const credentials = this.#settings.poolFor?.(config.name);
    return createProvider({ ...config, ...(credentials !== undefined && { credentials }) });
  }

  #make(configs: readonly ProviderConfig[]): Entries {
    const entries: Map<string, Entry> = new Map();
    for (const config of configs) {
      this.#checkForm(config);
      const known = this.#configs.get(config.name) === config ? this.#providers.get(config.name) : undefined;
      entries.set(config.name, { config, provider: known ?? this.#create(config) });
    }
    return entries;
  }

  #now(): Entries {
    const entries = [...this.#providers].map(([name, provider]) => {
      return [name, { provider, config: this.#configs.get(name) as ProviderConfig }] as const;
    });
    return new Map(entries);
  }

  #become(entries: Entries): void {
    this.#providers.clear();
    this.#configs.clear();
    for (const [name, { provider, config }] of entries) {
      this.#providers.set(name, provider);
      this.#configs.set(name, config);
    }
  }

  #retire(before: Entries): void {
    const since = this.#settings.clock.elapsed();
    for (const [name, { provider }] of before) {
      if (this.#providers.get(name) !== provider) this.#retired.push({ provider, since });
    }
    if (this.#retired.length > 0) this.#stop ??= this.#settings.clock.every(lookEveryMs, () => this.#look());
  }

  #look(): void {
    const now = this.#settings.clock.elapsed();
    const isOver = ({ provider, since }: Retired): boolean =>
      now - since > retiredForMs && provider.load() === 0;
    for (const { provider } of this.#retired.filter(isOver)) void provider.close();
    this.#retired = this.#retired.filter((each) => !isOver(each));
  }
}

function closeAllBut(entries: Entries, kept: Entries): void {
  for (const [name, { provider }] of entries) {
    if (kept.get(name)?.provider !== provider) void provider.close();
  }
}
