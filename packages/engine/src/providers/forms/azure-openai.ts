/**
 * Azure OpenAI, in two forms: the surface without dated versions, where a deployment is named as the model, and the older
 * one, where it stands in the path and every call names a version (learn.microsoft.com, October 2026).
 */
import type { FormEnvironment, ProviderForm } from '../provider-form.ts';

const authentication = { kind: 'azure', scope: 'https://cognitiveservices.azure.com/.default' } as const;
const settings = {
  tenantId: { about: 'The tenant of an Entra application.', isOptional: true },
  clientId: { about: 'An Entra application.', isOptional: true },
  authorityHost: { about: 'Where Entra is, in sovereign clouds.', isOptional: true },
};
const environment: FormEnvironment = {
  key: ['AZURE_OPENAI_API_KEY'],
  address: ['AZURE_OPENAI_ENDPOINT'],
  settings: {
    tenantId: ['AZURE_TENANT_ID'],
    clientId: ['AZURE_CLIENT_ID'],
    authorityHost: ['AZURE_AUTHORITY_HOST'],
  },
  secrets: { token: ['AZURE_OPENAI_AD_TOKEN'], clientSecret: ['AZURE_CLIENT_SECRET'] },
};
const shared = {
  registry: 'azure',
  authentication,
  requestIdHeaders: ['apim-request-id', 'x-request-id'],
  traceHeader: { name: 'x-ms-client-request-id', holds: 'call-id' },
} as const;

export const azureOpenai: ProviderForm = {
  ...shared,
  name: 'azure-openai',
  label: 'Azure OpenAI',
  settings,
  chat: [
    { dialect: 'openai-chat', base: '/openai/v1' },
    { dialect: 'openai-responses', base: '/openai/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/openai/v1' },
  environment,
  listing: { base: '/openai/v1', path: '/models', list: 'data', id: 'id' },
};

export const azureOpenaiDeployments: ProviderForm = {
  ...shared,
  name: 'azure-openai-deployments',
  label: 'Azure OpenAI, dated versions',
  settings: { ...settings, apiVersion: { about: 'The version of the API.', default: '2024-10-21' } },
  query: { 'api-version': '{apiVersion}' },
  chat: [
    { dialect: 'openai-chat', base: '/openai/deployments/{model}' },
    { dialect: 'openai-responses', base: '/openai' },
    { dialect: 'openai-completions', base: '/openai/deployments/{model}' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/openai/deployments/{model}' },
  environment: {
    ...environment,
    settings: { ...environment.settings, apiVersion: ['OPENAI_API_VERSION', 'AZURE_OPENAI_API_VERSION'] },
    meant: ['OPENAI_API_VERSION', 'AZURE_OPENAI_API_VERSION'],
  },
  listing: { base: '/openai', path: '/models', list: 'data', id: 'id' },
};
