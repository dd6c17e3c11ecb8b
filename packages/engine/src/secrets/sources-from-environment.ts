/**
 * The sources of secrets that an environment configures, by the variables that the vendors' own clients read. The
 * environment is handed in as a plain record. What a source itself needs to log in is in the environment or in a file.
 */
import type { Clock } from '../observability/index.ts';
import type { Reach } from './ask.ts';
import { resolveSecret } from './resolve-secret.ts';
import { Secret } from './secret.ts';
import type { SecretSource, SecretSources } from './secret-source.ts';
import { createAwsSecretsManagerSource } from './sources/aws-secrets.ts';
import { createCommandSource } from './sources/command.ts';
import { createEnvironmentSource } from './sources/environment.ts';
import { createFileSource } from './sources/file.ts';
import { createGcpSecretManagerSource } from './sources/gcp-secrets.ts';
import { createVaultSource } from './sources/vault.ts';
import { appRoleLogin, kubernetesLogin, tokenLogin, type VaultLogin } from './sources/vault-login.ts';

export interface SourceSurroundings {
  readonly clock: Clock;
  /** Without it, only the environment, files and commands are read. */
  readonly reach?: Reach;
  /** Where relative paths begin, and where commands run. */
  readonly folder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export function secretSourcesFromEnvironment(
  env: Environment,
  { clock, reach, folder }: SourceSurroundings,
): SecretSources {
  const allowed = (env.KEELSON_COMMAND_ENV ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const local: SecretSources = {
    env: createEnvironmentSource(env),
    file: createFileSource({ folder }),
    cmd: createCommandSource({ env, allowed, folder }),
  };
  if (reach === undefined) return local;
  const readFile = (path: string) => () => resolveSecret(`file:${path}`, { sources: local, clock });
  const vault = vaultOf(env, { clock, reach, readFile });
  const aws = awsOf(env, reach);
  const gcp = gcpOf(env, reach, readFile);
  return {
    ...local,
    ...(vault && { vault }),
    ...(aws && { 'aws-sm': aws }),
    ...(gcp && { 'gcp-sm': gcp }),
  };
}

interface VaultSurroundings {
  readonly clock: Clock;
  readonly reach: Reach;
  readonly readFile: (path: string) => () => Promise<Secret>;
}

function vaultOf(env: Environment, surroundings: VaultSurroundings): SecretSource | undefined {
  const { VAULT_ADDR: address, VAULT_NAMESPACE: namespace } = env;
  const login = vaultLoginOf(env, surroundings);
  if (!address || login === undefined) return undefined;
  return createVaultSource({ address, login, ...(namespace && { namespace }) }, surroundings.reach.ask);
}

function vaultLoginOf(env: Environment, { clock, readFile }: VaultSurroundings): VaultLogin | undefined {
  const { VAULT_TOKEN: token, VAULT_TOKEN_FILE: tokenFile, VAULT_AUTH_MOUNT: mounted } = env;
  const { VAULT_ROLE_ID: roleId, VAULT_SECRET_ID: secretId, VAULT_SECRET_ID_FILE: secretIdFile } = env;
  const { VAULT_KUBERNETES_ROLE: role } = env;
  const mount = mounted ? { mount: mounted } : {};
  const read = (value: string | undefined, path: string | undefined) => {
    if (path) return readFile(path);
    return value ? () => Promise.resolve(new Secret(value)) : undefined;
  };
  const readSecretId = read(secretId, secretIdFile);
  if (roleId && readSecretId) return appRoleLogin({ clock, roleId, readSecretId, ...mount });
  if (role) {
    const readToken = readFile(env.VAULT_KUBERNETES_TOKEN_FILE || serviceAccountToken);
    return kubernetesLogin({ clock, role, readToken, ...mount });
  }
  const readToken = read(token, tokenFile);
  return readToken && tokenLogin(readToken);
}

function awsOf(env: Environment, reach: Reach): SecretSource | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region || !accessKeyId || !secret || !/^[a-z0-9-]{1,40}$/.test(region)) return undefined;
  const end = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const address = env.AWS_ENDPOINT_URL_SECRETS_MANAGER || `https://secretsmanager.${region}.${end}`;
  const ask = reach.askAws('secretsmanager', {
    region,
    accessKeyId,
    secretAccessKey: new Secret(secret),
    ...(token && { sessionToken: new Secret(token) }),
  });
  return createAwsSecretsManagerSource({ address }, ask);
}

function gcpOf(
  env: Environment,
  reach: Reach,
  readFile: VaultSurroundings['readFile'],
): SecretSource | undefined {
  const path = env.GOOGLE_APPLICATION_CREDENTIALS;
  if (!path) return undefined;
  const address = env.GOOGLE_SECRET_MANAGER_BASE_URL;
  let source: SecretSource | undefined;
  return {
    // The file is read when the first secret is asked for: it may be that none ever is.
    read: async (reference, signal) => {
      source ??= createGcpSecretManagerSource(
        address ? { address } : {},
        reach.askGoogle(await readFile(path)()),
      );
      return source.read(reference, signal);
    },
  };
}
