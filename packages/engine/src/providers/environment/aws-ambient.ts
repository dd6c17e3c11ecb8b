/** Where an AWS access key comes from when no variable holds one: a profile, a container's role, an instance's role. */
import { KeelsonError } from '@keelson/core';
import { Secret } from '../../secrets/index.ts';
import type { MachineIdentity } from '../authentication/index.ts';
import type { Ambient, AmbientQuestion } from './ambient.ts';
import { type AwsProfile, readAwsProfile, refuseProfile, supportedWays } from './aws-profile.ts';
import { type Environment, readVariable } from './read-variable.ts';

const keyVariables = ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];

export function ambientAws(question: AmbientQuestion): Ambient {
  const { provider, env, readFile, source } = question;
  const profile = readAwsProfile(env, readFile);
  const region = readVariable(env, ['AWS_REGION', 'AWS_DEFAULT_REGION']) ?? profile?.fields.get('region');
  const settings = region === undefined ? {} : { region };
  const chosen = source === undefined || source === 'auto' ? chooseSource(question, profile) : source;
  switch (chosen) {
    case 'environment':
      return { settings };
    case 'profile':
      return fromProfile(provider, profile, settings);
    case 'container':
      return { settings, identity: containerOf(provider, env) };
    default: {
      const address = readVariable(env, ['AWS_EC2_METADATA_SERVICE_ENDPOINT']);
      const at = address === undefined ? {} : { address };
      return { settings, identity: { kind: 'aws-instance', ...at } };
    }
  }
}

/** As AWS's own clients look, but that the instance is never asked whether it is one. */
function chooseSource({ env, source }: AmbientQuestion, profile: AwsProfile | undefined): string {
  if (readVariable(env, keyVariables) !== undefined) return 'environment';
  if (readVariable(env, profileVariables) !== undefined) return 'profile';
  if (source === 'auto' && profile?.fields.has('aws_access_key_id')) return 'profile';
  if (readVariable(env, containerVariables) !== undefined) return 'container';
  return source === 'auto' ? 'instance' : 'environment';
}

function fromProfile(
  provider: string,
  profile: AwsProfile | undefined,
  settings: Readonly<Record<string, string>>,
): Ambient {
  if (profile === undefined) {
    const message = `${provider} has no key: the AWS profile that is named is in neither of the files that hold profiles.`;
    const hint = `Correct AWS_PROFILE, or the paths in AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE. ${supportedWays}`;
    throw new KeelsonError('configuration_invalid', message, { hint });
  }
  const { fields } = profile;
  const accessKeyId = fields.get('aws_access_key_id');
  const secretAccessKey = fields.get('aws_secret_access_key');
  const sessionToken = fields.get('aws_session_token');
  if (!accessKeyId || !secretAccessKey) throw refuseProfile(provider, profile);
  return {
    settings: { ...settings, accessKeyId },
    secrets: {
      secretAccessKey: new Secret(secretAccessKey),
      ...(sessionToken && { sessionToken: new Secret(sessionToken) }),
    },
  };
}

const containerVariables = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];

function containerOf(provider: string, env: Environment): MachineIdentity {
  const relative = readVariable(env, ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']);
  const full = readVariable(env, ['AWS_CONTAINER_CREDENTIALS_FULL_URI']);
  const address = relative === undefined ? full : `http://169.254.170.2${relative}`;
  if (address === undefined) {
    const message = `${provider} has no credentials of a container: ${containerVariables.join(' and ')} are not set.`;
    throw new KeelsonError('configuration_invalid', message, { hint: supportedWays });
  }
  const tokenFile = readVariable(env, ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']);
  const token = readVariable(env, ['AWS_CONTAINER_AUTHORIZATION_TOKEN']);
  return {
    kind: 'aws-container',
    address,
    ...(tokenFile !== undefined && { tokenFile }),
    ...(token !== undefined && { token: new Secret(token) }),
  };
}
