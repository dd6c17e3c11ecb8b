/**
 * Which providers an environment configures: the variables that vendors' own clients read. The environment is handed in as
 * a plain record. What is there by half is listed as a problem, because one wrong variable must not stop everything else.
 */
import { KeelsonError } from '@keelson/core';
import { Secret } from '../secrets/index.ts';
import { projectOfCredentials } from './authentication/index.ts';
import {
  type Ambient,
  type Environment,
  findAmbient,
  isProviderMeant,
  type ReadFile,
  readVariable,
} from './environment/index.ts';
import { providerForms } from './forms/index.ts';
import { asksNobody, type ProviderConfig, planProvider } from './provider-config.ts';
import type { FormEnvironment, ProviderForm } from './provider-form.ts';
import type { ProxySettings } from './transport/index.ts';

interface EnvironmentOptions {
  /** For variables that hold the path of a file; `undefined` when it cannot be read. */
  readonly readFile?: ReadFile;
  /** In place of every form there is. */
  readonly forms?: Iterable<ProviderForm>;
}

interface EnvironmentProblem {
  readonly provider: string;
  readonly message: string;
  readonly hint: string;
  /** Of the form's variables, those that are not set. */
  readonly unset: readonly string[];
}

interface EnvironmentProviders {
  /** Each can be handed to `createProvider`. */
  readonly providers: readonly ProviderConfig[];
  readonly problems: readonly EnvironmentProblem[];
  readonly proxies: ProxySettings;
}

export function providersFromEnvironment(
  env: Environment,
  { readFile, forms = providerForms.values() }: EnvironmentOptions = {},
): EnvironmentProviders {
  const providers: ProviderConfig[] = [];
  const problems: EnvironmentProblem[] = [];
  const proxies = readProxies(env);
  for (const form of forms) {
    if (!isProviderMeant(form.environment, env)) continue;
    try {
      const config = { ...readConfig(form, env, readFile), proxies };
      planProvider(config, { fetchToken: asksNobody, askMachine: asksNobody, keepSecret: asksNobody });
      providers.push(config);
    } catch (thrown) {
      if (!KeelsonError.is(thrown)) throw thrown;
      const unset = variablesOf(form.environment).filter(
        (variable) => readVariable(env, [variable]) === undefined,
      );
      problems.push({ provider: form.name, message: thrown.message, hint: thrown.hint, unset });
    }
  }
  return { providers, problems, proxies };
}

function readConfig(
  form: ProviderForm,
  env: Environment,
  readFile: EnvironmentOptions['readFile'],
): ProviderConfig {
  const { environment } = form;
  const key = readVariable(env, environment.key);
  const address = readVariable(env, environment.address);
  const ambient: Ambient =
    environment.ambient === undefined || key !== undefined
      ? {}
      : findAmbient(form.name, environment.ambient, env, readFile);
  const { identity } = ambient;
  // Half of one access key and half of another would be none.
  const secrets = ambient.secrets ?? (identity === undefined ? readSecrets(form, env, readFile) : {});
  return {
    name: form.name,
    form,
    ...(key !== undefined && { key: new Secret(key) }),
    ...(address !== undefined && { address: completeAddress(address, form) }),
    ...(address !== undefined &&
      environment.addressIncludes !== undefined && { addressIncludes: environment.addressIncludes }),
    settings: { ...readSettings(environment, env, secrets), ...ambient.settings },
    secrets,
    ...(identity !== undefined && { identity }),
    ...(readFile !== undefined && { readFile }),
  };
}

function readSettings(
  { settings = {} }: FormEnvironment,
  env: Environment,
  secrets: Readonly<Record<string, Secret>>,
): Record<string, string> {
  const found = Object.entries(settings).flatMap(([setting, variables]) => {
    const value = readVariable(env, variables);
    return value === undefined ? [] : [[setting, value] as const];
  });
  const known = Object.fromEntries(found);
  const { credentials } = secrets;
  if (credentials === undefined || known.project !== undefined || settings.project === undefined)
    return known;
  const project = projectOfCredentials(credentials.reveal());
  return project === undefined ? known : { ...known, project };
}

function readSecrets(
  { name, environment }: ProviderForm,
  env: Environment,
  readFile: EnvironmentOptions['readFile'],
): Record<string, Secret> {
  const secrets: Record<string, Secret> = {};
  for (const [secret, variables] of Object.entries(environment.secrets ?? {})) {
    const value = readVariable(env, variables);
    if (value !== undefined) secrets[secret] = new Secret(value);
  }
  for (const [secret, variables] of Object.entries(environment.files ?? {})) {
    const path = readVariable(env, variables);
    if (path === undefined) continue;
    const content = readFile?.(path);
    if (content === undefined) {
      const variable = variables.find((candidate) => readVariable(env, [candidate]) === path) ?? '';
      throw new KeelsonError(
        'configuration_invalid',
        `${name} has no credentials: the file of ${variable} cannot be read.`,
        { hint: `Correct the path in ${variable}.` },
      );
    }
    secrets[secret] = new Secret(content);
  }
  return secrets;
}

/** Some, such as OLLAMA_HOST, are written without a scheme or a port, and with the address that a server listens at. */
function completeAddress(address: string, form: ProviderForm): string {
  if (form.isLocal !== true) return address;
  const usual = new URL(form.address ?? 'http://127.0.0.1');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(address);
  const whole = hasScheme ? address : `http://${address}`;
  if (!URL.canParse(whole)) return address;
  const url = new URL(whole);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (!hasScheme && !/:\d+(?:\/|$)/.test(address)) url.port = usual.port;
  return url.href;
}

function variablesOf({ key = [], address = [], settings, secrets, files }: FormEnvironment): string[] {
  const named = [settings, secrets, files].flatMap((group) => Object.values(group ?? {}).flat());
  return [...key, ...address, ...named];
}

/** Lower case is the older habit, and wins as it does in other tools. */
export function readProxies(env: Environment): ProxySettings {
  const httpsProxy = readVariable(env, ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']);
  const httpProxy = readVariable(env, ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']);
  const noProxy = readVariable(env, ['no_proxy', 'NO_PROXY']);
  return {
    ...(httpsProxy !== undefined && { httpsProxy: new Secret(httpsProxy) }),
    ...(httpProxy !== undefined && { httpProxy: new Secret(httpProxy) }),
    ...(noProxy !== undefined && { noProxy }),
  };
}
