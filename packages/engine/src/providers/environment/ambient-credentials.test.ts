// Which credentials an environment means when no variable holds a key: by variables and files, without asking anybody.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { providersFromEnvironment } from '../index.ts';
import type { Environment } from './index.ts';

const read = (env: Environment, files: Readonly<Record<string, string>> = {}) =>
  providersFromEnvironment(env, { readFile: (path) => files[path] });

/** The one provider that is there, without a problem. */
function only(env: Environment, files: Readonly<Record<string, string>> = {}) {
  const { providers, problems } = read(env, files);
  expect(problems).toEqual([]);
  expect(providers).toHaveLength(1);
  const { name, settings, secrets = {}, identity } = providers[0]!;
  const told = Object.fromEntries(Object.entries(secrets).map(([field, value]) => [field, value.reveal()]));
  return { name, settings, secrets: told, identity };
}

function problemOf(env: Environment, files: Readonly<Record<string, string>> = {}) {
  const { providers, problems } = read(env, files);
  expect(providers).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(inspect(problems)).not.toContain('canary');
  return problems[0]!;
}

const home = { HOME: '/me' };
const credentials = `
# of mine
[default]
aws_access_key_id = AKIDEFAULT
aws_secret_access_key=canary/default+key==

[work]
aws_access_key_id=AKIWORK   ; of work
aws_secret_access_key = canary-work
aws_session_token = canary-session=
s3 =
  region = eu-north-1
`;
const config = `[default]
region = us-west-2
[profile work]\r
region = eu-central-1\r
[ profile "by sso" ]
sso_session = mine
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::1:role/canary
source_profile = work
[profile program]
credential_process = /bin/canary
[profile empty]
output = json
[work]
region = not-this-one
`;
const files = { '/me/.aws/credentials': credentials, '/me/.aws/config': config };

test('a profile that is named is read from both files', () => {
  expect(only({ ...home, AWS_PROFILE: 'work' }, files)).toEqual({
    name: 'bedrock',
    settings: { region: 'eu-central-1', accessKeyId: 'AKIWORK' },
    secrets: { secretAccessKey: 'canary-work', sessionToken: 'canary-session=' },
    identity: undefined,
  });
});

test('the profile of everybody is used where it is asked for, and a region in a variable comes first', () => {
  const env = { ...home, KEELSON_BEDROCK_CREDENTIALS: 'profile', AWS_REGION: 'sa-east-1' };
  expect(only(env, files)).toMatchObject({
    settings: { region: 'sa-east-1', accessKeyId: 'AKIDEFAULT' },
    secrets: { secretAccessKey: 'canary/default+key==' },
  });
  const elsewhere = {
    AWS_SHARED_CREDENTIALS_FILE: '/c',
    AWS_CONFIG_FILE: '/d',
    KEELSON_BEDROCK_CREDENTIALS: 'auto',
  };
  expect(only(elsewhere, { '/c': credentials, '/d': config }).settings?.region).toBe('us-west-2');
});

test('files alone mean nothing, and a key in a variable comes before a profile', () => {
  expect(read(home, files)).toMatchObject({ providers: [], problems: [] });
  const keys = { AWS_ACCESS_KEY_ID: 'AKIENV', AWS_SECRET_ACCESS_KEY: 'canary-env' };
  expect(only({ ...home, ...keys, AWS_PROFILE: 'work' }, files)).toMatchObject({
    settings: { accessKeyId: 'AKIENV', region: 'eu-central-1' },
    secrets: { secretAccessKey: 'canary-env' },
  });
});

test('a profile that is asked for is used whole, whatever keys the variables hold', () => {
  const keys = {
    AWS_ACCESS_KEY_ID: 'AKIENV',
    AWS_SECRET_ACCESS_KEY: 'canary-env',
    AWS_SESSION_TOKEN: 'canary',
  };
  const { settings, secrets } = only({ ...home, ...keys, KEELSON_BEDROCK_CREDENTIALS: 'profile' }, files);
  expect(settings?.accessKeyId).toBe('AKIDEFAULT');
  expect(secrets).toEqual({ secretAccessKey: 'canary/default+key==' });
});

test.each([
  ['by sso', 'logs in by SSO, which is not supported'],
  ['role', 'takes on another role, which is not supported'],
  ['program', 'runs a program, which is not supported'],
  ['empty', 'holds no access key'],
  ['nobody', 'in neither of the files'],
])('the profile %s cannot be used, and the problem says what can', (AWS_PROFILE, says) => {
  const problem = problemOf({ ...home, AWS_PROFILE }, files);
  expect(problem).toMatchObject({ provider: 'bedrock', message: expect.stringContaining(says) });
  expect(problem.hint).toContain('Supported are:');
  expect(problem.hint).toContain('AWS_BEARER_TOKEN_BEDROCK');
});

const region = { AWS_REGION: 'us-east-1' };

test('a container’s variables are a role', () => {
  const relative = { ...region, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' };
  expect(only(relative).identity).toEqual({
    kind: 'aws-container',
    address: 'http://169.254.170.2/v2/credentials/1',
  });
  const pod = {
    ...region,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
  };
  expect(only(pod).identity).toEqual({
    kind: 'aws-container',
    address: 'http://169.254.170.23/v1/credentials',
    tokenFile: '/var/run/token',
  });
  const elsewhere = { ...region, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/?canary' };
  expect(problemOf(elsewhere).message).toContain('no metadata service');
  expect(problemOf({ ...region, KEELSON_BEDROCK_CREDENTIALS: 'container' }).message).toContain('not set');
});

test('an instance’s role is used where it is asked for, or where nothing else is there', () => {
  for (const KEELSON_BEDROCK_CREDENTIALS of ['instance', 'auto'])
    expect(only({ ...region, KEELSON_BEDROCK_CREDENTIALS }).identity).toEqual({ kind: 'aws-instance' });
  const endpoint = { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[fd00:ec2::254]' };
  expect(only({ ...region, ...endpoint, KEELSON_BEDROCK_CREDENTIALS: 'instance' }).identity).toEqual({
    kind: 'aws-instance',
    address: 'http://[fd00:ec2::254]',
  });
});

test('a provider can be left out, and a source that nobody knows is a problem', () => {
  const env = { ...region, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' };
  expect(read({ ...env, KEELSON_BEDROCK_CREDENTIALS: 'off' })).toMatchObject({ providers: [], problems: [] });
  expect(problemOf({ ...env, KEELSON_BEDROCK_CREDENTIALS: 'canary' }).hint).toContain('auto, environment');
  const keyed = { ...region, AWS_BEARER_TOKEN_BEDROCK: 'canary-key', AWS_PROFILE: 'by sso' };
  expect(only({ ...home, ...keyed }, files).secrets).toEqual({});
});

const project = { GOOGLE_CLOUD_PROJECT: 'p' };
const login = JSON.stringify({
  type: 'authorized_user',
  client_id: 'i',
  client_secret: 'canary',
  refresh_token: 'canary',
  quota_project_id: 'payer',
});

test('Google: the login of gcloud, and the machine where there is none', () => {
  const vertex = { ...home, ...project, GOOGLE_GENAI_USE_VERTEXAI: 'true' };
  const gcloud = { '/me/.config/gcloud/application_default_credentials.json': login };
  expect(only(vertex, gcloud)).toMatchObject({
    name: 'vertex',
    settings: { project: 'p', quotaProject: 'payer' },
    secrets: { credentials: login },
    identity: undefined,
  });
  const moved = { ...vertex, CLOUDSDK_CONFIG: '/gc', GOOGLE_CLOUD_QUOTA_PROJECT: 'other' };
  expect(only(moved, { '/gc/application_default_credentials.json': login }).settings).toMatchObject({
    quotaProject: 'other',
  });
  expect(only(vertex)).toMatchObject({ secrets: {}, identity: { kind: 'google-metadata' } });
  expect(only({ ...vertex, GCE_METADATA_HOST: '127.0.0.1:8080' }).identity).toEqual({
    kind: 'google-metadata',
    address: 'http://127.0.0.1:8080',
  });
  expect(read({ ...vertex, GOOGLE_GENAI_USE_VERTEXAI: 'false' }).providers).toEqual([]);
  expect(only({ ...vertex, KEELSON_VERTEX_CREDENTIALS: 'metadata' }, gcloud).identity).toBeDefined();
});

test('Google: a file that is named comes first, and what is asked for must be there', () => {
  const named = { ...home, ...project, GOOGLE_APPLICATION_CREDENTIALS: '/key.json' };
  const both = { '/key.json': login, '/me/.config/gcloud/application_default_credentials.json': 'canary' };
  expect(only(named, both).secrets).toEqual({ credentials: login });
  expect(problemOf(named).message).toContain('cannot be read');
  expect(problemOf({ ...project, KEELSON_VERTEX_CREDENTIALS: 'file' }).message).toContain('is not set');
  expect(problemOf({ ...project, KEELSON_VERTEX_CREDENTIALS: 'gcloud' }).hint).toContain('gcloud auth');
});

test('Claude on Vertex is there by the variable of its own client', () => {
  const env = { ANTHROPIC_VERTEX_PROJECT_ID: 'p', CLOUD_ML_REGION: 'us-east5' };
  expect(only(env)).toMatchObject({
    name: 'vertex-anthropic',
    settings: { project: 'p', location: 'us-east5' },
    identity: { kind: 'google-metadata' },
  });
});
