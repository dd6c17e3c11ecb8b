// Providers as the engine takes them, of what files say and what variables say: with the secrets that references lead to, and
// as the same objects as before where nothing has changed, so that their connections stay.
import { createHash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import {
  checkProviderConfig,
  isReference,
  type ProviderConfig,
  type ProviderForm,
  providerForms,
  providersFromEnvironment,
  type Secret,
} from '@keelson/engine';
import type { ProviderEntry } from './configuration-shape.ts';
import type { Environment } from './interpolate.ts';

export type ResolveReference = (reference: string) => Promise<Secret>;

/** Begins behind the name of the place. */
export interface PathProblem {
  readonly path: string;
  readonly message: string;
}

type EnvironmentProviders = ReturnType<typeof providersFromEnvironment>;

export interface MadeProviders {
  readonly providers: readonly ProviderConfig[];
  /** Of those that only variables configure, and by half. */
  readonly unusable: EnvironmentProviders['problems'];
  readonly problems: readonly PathProblem[];
}

type Entries = Readonly<Record<string, ProviderEntry>>;

export class ProviderConfigs {
  readonly #environment: EnvironmentProviders;
  readonly #readFile: (path: string) => string | undefined;
  #known = new Map<string, { readonly config: ProviderConfig; readonly print: string }>();

  constructor(environment: Environment, readFile: (path: string) => string | undefined) {
    this.#environment = providersFromEnvironment(environment, { readFile });
    this.#readFile = readFile;
  }

  /** Those of variables, which never change. */
  get ofVariables(): readonly ProviderConfig[] {
    return this.#environment.providers;
  }

  /** Without `resolve` no secret is read, and what they make is only good for a check. */
  async make(entries: Entries, resolve?: ResolveReference): Promise<MadeProviders> {
    const named = new Set(Object.keys(entries));
    const problems: PathProblem[] = [];
    const providers = this.#environment.providers.filter(({ name }) => !named.has(name));
    for (const [name, entry] of Object.entries(entries)) {
      const config = await this.#makeOne(name, entry, { problems, ...(resolve && { resolve }) });
      if (config !== undefined) providers.push(config);
    }
    const unusable = this.#environment.problems.filter(({ provider }) => !named.has(provider));
    return { providers, unusable, problems };
  }

  /** From now on, these are those that are there. */
  keep(providers: readonly ProviderConfig[]): void {
    this.#known = new Map(providers.map((config) => [config.name, { config, print: printOf(config) }]));
  }

  async #makeOne(name: string, entry: ProviderEntry, making: Making): Promise<ProviderConfig | undefined> {
    const form = providerForms.get(entry.form ?? name) as ProviderForm;
    const said = this.#environment.providers.find((each) => each.name === name && each.form === form);
    const before = making.problems.length;
    const secrets = await readSecrets(name, entry, making);
    if (making.problems.length > before) return undefined;
    const config = mergeConfig({ name, form, entry, secrets, said }, making.resolve === undefined);
    const whole: ProviderConfig = {
      proxies: this.#environment.proxies,
      readFile: this.#readFile,
      ...config,
    };
    try {
      checkProviderConfig(whole);
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      making.problems.push({
        path: `providers.${name}`,
        message: `cannot be used: ${error.message} ${error.hint}`,
      });
      return undefined;
    }
    const known = this.#known.get(name);
    return known !== undefined && known.print === printOf(whole) ? known.config : whole;
  }
}

interface Making {
  readonly problems: PathProblem[];
  readonly resolve?: ResolveReference;
}

interface EntrySecrets {
  readonly key?: Secret;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly headers: Readonly<Record<string, string>>;
}

async function readSecrets(name: string, entry: ProviderEntry, making: Making): Promise<EntrySecrets> {
  const { key: keyReference, secrets: references = {}, headers: said = {} } = entry;
  const read = async (reference: string, path: string): Promise<Secret | undefined> => {
    if (making.resolve === undefined) return undefined;
    try {
      return await making.resolve(reference);
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      making.problems.push({
        path: `providers.${name}.${path}`,
        message: `cannot be read: ${error.message} ${error.hint}`,
      });
      return undefined;
    }
  };
  const key = keyReference === undefined ? undefined : await read(keyReference, 'key');
  const secrets: Record<string, Secret> = {};
  for (const [field, reference] of Object.entries(references)) {
    const secret = await read(reference, `secrets.${field}`);
    if (secret !== undefined) secrets[field] = secret;
  }
  const headers: Record<string, string> = {};
  for (const [header, text] of Object.entries(said)) {
    const value = isReference(text) ? (await read(text, `headers.${header}`))?.reveal() : text;
    if (value !== undefined) headers[header] = value;
  }
  return { secrets, headers, ...(key !== undefined && { key }) };
}

interface Merging {
  readonly name: string;
  readonly form: ProviderForm;
  readonly entry: ProviderEntry;
  readonly secrets: EntrySecrets;
  /** What variables say of the same provider, which wins. */
  readonly said: ProviderConfig | undefined;
}

function mergeConfig({ name, form, entry, secrets, said }: Merging, isCheck: boolean): ProviderConfig {
  const { form: _, baseUrl, key: __, secrets: ___, headers: ____, settings, timeouts, ...rest } = entry;
  const hasOwn =
    said?.key !== undefined || said?.identity !== undefined || Object.keys(said?.secrets ?? {}).length > 0;
  const credentials = hasOwn && said !== undefined ? credentialsOf(said) : credentialsOf(secrets);
  const address = said?.address ?? baseUrl;
  return {
    name,
    // Nobody can tell without the secrets whether they are enough.
    form: isCheck ? { ...form, authentication: { kind: 'none' } } : form,
    ...withoutUndefined(rest),
    ...(address !== undefined && { address }),
    ...(said?.addressIncludes !== undefined && { addressIncludes: said.addressIncludes }),
    settings: { ...settings, ...said?.settings },
    headers: secrets.headers,
    ...(timeouts !== undefined && { timeouts: withoutUndefined(timeouts) }),
    ...(isCheck ? {} : credentials),
  };
}

type Credentials = Pick<ProviderConfig, 'key' | 'secrets' | 'identity'>;

function credentialsOf({ key, secrets, identity }: Credentials): Credentials {
  return {
    ...(key !== undefined && { key }),
    ...(secrets !== undefined && { secrets }),
    ...(identity !== undefined && { identity }),
  };
}

type Present<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };

function withoutUndefined<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}

/** Only its hash is kept, because there are secrets in it. What variables say never changes. */
function printOf({
  form,
  key,
  secrets = {},
  readFile: _,
  proxies: __,
  identity: ___,
  ...config
}: ProviderConfig): string {
  const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
  const text = JSON.stringify([form.name, form.authentication, config, key?.reveal(), revealed]);
  return createHash('sha256').update(text).digest('base64');
}
