/** Amazon Bedrock: https://docs.aws.amazon.com/bedrock/latest/APIReference (October 2026). */
import type { ProviderForm } from '../provider-form.ts';

export const bedrock: ProviderForm = {
  name: 'bedrock',
  label: 'Amazon Bedrock',
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
  chat: [{ dialect: 'bedrock-converse', base: '' }],
  environment: {
    key: ['AWS_BEARER_TOKEN_BEDROCK'],
    address: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
    settings: { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'], accessKeyId: ['AWS_ACCESS_KEY_ID'] },
    secrets: { secretAccessKey: ['AWS_SECRET_ACCESS_KEY'], sessionToken: ['AWS_SESSION_TOKEN'] },
    meant: ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  },
  listing: {
    address: 'https://bedrock.{region}.amazonaws.com',
    base: '',
    path: '/foundation-models',
    list: 'modelSummaries',
    id: 'modelId',
  },
  requestIdHeaders: ['x-amzn-requestid'],
};
