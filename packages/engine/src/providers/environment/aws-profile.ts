/**
 * Profiles in the two files that the AWS command line keeps (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
 * A profile that holds an access key can be used; those that name a way to get one cannot, and say so.
 */
import { KeelsonError } from '@keelson/core';
import { type Environment, homeFolder, type ReadFile, readVariable } from './read-variable.ts';

export interface AwsProfile {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** `undefined` when neither file has it. */
export function readAwsProfile(env: Environment, readFile: ReadFile): AwsProfile | undefined {
  const name = readVariable(env, ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) ?? 'default';
  const config = sectionsOf(readFile, pathOf(env, 'AWS_CONFIG_FILE', 'config'));
  const keys = sectionsOf(readFile, pathOf(env, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials'));
  const configured = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined);
  const kept = keys.get(name);
  if (configured === undefined && kept === undefined) return undefined;
  // An access key and its secret belong together, so all of them come from one file.
  return { name, fields: new Map([...(configured ?? []), ...(kept ?? [])]) };
}

function pathOf(env: Environment, variable: string, file: string): string | undefined {
  const home = homeFolder(env);
  return readVariable(env, [variable]) ?? (home === undefined ? undefined : `${home}/.aws/${file}`);
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

function sectionsOf(readFile: ReadFile, path: string | undefined): Sections {
  const text = path === undefined ? undefined : readFile(path);
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text?.split(/\r?\n/) ?? []) {
    const title = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) {
      const name = title.replace(/\s+/g, ' ').replaceAll(/["']/g, '');
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    // Lines that begin with a space belong to the setting above them, and none of ours has such.
    const [, field, value = ''] = /^([\w-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (field !== undefined) current?.set(field.toLowerCase(), value.replace(/\s+[#;].*$/, '').trim());
  }
  return sections;
}

/** Ways to an access key that need somebody's program, browser or another service. */
const otherWays: readonly (readonly [field: RegExp, what: string])[] = [
  [/^sso_/, 'logs in by SSO'],
  [/^(?:role_arn|source_profile|credential_source)$/, 'takes on another role'],
  [/^credential_process$/, 'runs a program'],
  [/^web_identity_token_file$/, 'exchanges a web identity'],
  [/^login_session$/, 'logs in by a browser'],
];

export const supportedWays =
  'Supported are: AWS_BEARER_TOKEN_BEDROCK; AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY; a profile that holds an access key; the role of a container (ECS, EKS Pod Identity) or of an EC2 instance. For all others, export keys with `aws configure export-credentials --format env`.';

export function refuseProfile(provider: string, { name, fields }: AwsProfile): KeelsonError {
  const names = [...fields.keys()];
  const [, way = 'holds no access key'] =
    otherWays.find(([pattern]) => names.some((field) => pattern.test(field))) ?? [];
  const isOther = way !== 'holds no access key';
  const shown = name.replace(/[^\w.@-]/g, '?').slice(0, 64);
  const message = `${provider} has no key: the AWS profile \`${shown}\` ${way}${isOther ? ', which is not supported' : ''}.`;
  return new KeelsonError('configuration_invalid', message, { hint: supportedWays });
}
