/**
 * Amazon Bedrock, in two forms: models of every maker by `converse`, and Claude in the format of its maker by `invoke`
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference, October 2026).
 */
import type { FormEnvironment, ProviderForm } from '../provider-form.ts';

const environment: FormEnvironment = {
  key: ['AWS_BEARER_TOKEN_BEDROCK'],
  address: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  settings: { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'], accessKeyId: ['AWS_ACCESS_KEY_ID'] },
  secrets: { secretAccessKey: ['AWS_SECRET_ACCESS_KEY'], sessionToken: ['AWS_SESSION_TOKEN'] },
  ambient: {
    kind: 'aws',
    variable: 'KEELSON_BEDROCK_CREDENTIALS',
    sources: ['auto', 'environment', 'profile', 'container', 'instance', 'off'],
  },
  meant: [
    ...['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'],
    ...['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
    'KEELSON_BEDROCK_CREDENTIALS',
  ],
};
const shared = {
  address: 'https://bedrock-runtime.{region}.amazonaws.com',
  addresses: [
    {
      setting: 'region',
      matches: /^cn-/,
      address: 'https://bedrock-runtime.{region}.amazonaws.com.cn',
    },
  ],
  settings: {
    region: { about: 'Set the region, such as us-east-1.' },
    accessKeyId: { about: 'The name of an access key.', isOptional: true },
  },
  authentication: { kind: 'aws', service: 'bedrock' },
  listing: {
    address: 'https://bedrock.{region}.amazonaws.com',
    base: '',
    path: '/foundation-models',
    list: 'modelSummaries',
    id: 'modelId',
  },
  requestIdHeaders: ['x-amzn-requestid'],
} as const;

export const bedrock: ProviderForm = {
  ...shared,
  name: 'bedrock',
  label: 'Amazon Bedrock',
  chat: [{ dialect: 'bedrock-converse', base: '' }],
  // Of the makers of embeddings there, Cohere's format is the one that is spoken here.
  embed: { dialect: 'cohere-embed', base: '', quirks: { pathStyle: 'invoke' } },
  passing: [{ dialect: 'bedrock', base: '' }],
  environment,
};

/** For what `converse` does not carry of Claude; its own client names the address (docs.anthropic.com, October 2026). */
export const bedrockAnthropic: ProviderForm = {
  ...shared,
  name: 'bedrock-anthropic',
  registry: 'bedrock',
  label: 'Claude on Amazon Bedrock',
  chat: [{ dialect: 'anthropic-messages', base: '', quirks: { pathStyle: 'invoke' } }],
  environment: {
    ...environment,
    address: ['ANTHROPIC_BEDROCK_BASE_URL'],
    meant: ['ANTHROPIC_BEDROCK_BASE_URL'],
  },
};
