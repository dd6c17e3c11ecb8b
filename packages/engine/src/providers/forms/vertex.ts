/**
 * Vertex AI, in three forms because publishers have different paths: Google's own models, those of Anthropic, and Google's
 * with nothing but an API key (cloud.google.com/vertex-ai, October 2026).
 */
import type { FormEnvironment, FormSetting, ProviderForm } from '../provider-form.ts';

const settings: Readonly<Record<string, FormSetting>> = {
  project: { about: 'Set the id of the Google Cloud project.' },
  location: { about: 'Set the region of the models, such as us-central1 or global.', default: 'global' },
  quotaProject: {
    about: 'The project that pays, if another.',
    isOptional: true,
    header: 'x-goog-user-project',
  },
};
const environment: FormEnvironment = {
  address: ['GOOGLE_VERTEX_BASE_URL'],
  settings: {
    project: ['GOOGLE_CLOUD_PROJECT'],
    location: ['GOOGLE_CLOUD_LOCATION'],
    quotaProject: ['GOOGLE_CLOUD_QUOTA_PROJECT'],
  },
  files: { credentials: ['GOOGLE_APPLICATION_CREDENTIALS'] },
  ambient: {
    kind: 'google',
    variable: 'KEELSON_VERTEX_CREDENTIALS',
    sources: ['auto', 'file', 'gcloud', 'metadata', 'off'],
  },
  // The second is how Google's own client is told.
  meant: ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_GENAI_USE_VERTEXAI', 'KEELSON_VERTEX_CREDENTIALS'],
};
const shared = {
  registry: 'vertexai',
  address: 'https://{location}-aiplatform.googleapis.com',
  addresses: [
    { setting: 'location', matches: /^global$/, address: 'https://aiplatform.googleapis.com' },
    {
      setting: 'location',
      matches: /^(?:us|eu)$/,
      address: 'https://aiplatform.{location}.rep.googleapis.com',
    },
  ],
  settings,
  authentication: { kind: 'google' },
  requestIdHeaders: [],
} as const;
const models = '/v1/projects/{project}/locations/{location}/publishers';

export const vertex: ProviderForm = {
  ...shared,
  name: 'vertex',
  label: 'Google Vertex AI',
  chat: [{ dialect: 'gemini-generate', base: `${models}/google`, quirks: { countTokens: 'flat' } }],
  embed: { dialect: 'gemini-embed', base: `${models}/google`, quirks: { method: 'predict' } },
  passing: [{ dialect: 'vertex', base: models }],
  environment,
  listing: {
    base: '/v1beta1',
    path: '/publishers/google/models',
    list: 'publisherModels',
    id: 'name',
    prefix: 'publishers/google/models/',
  },
};

/** Claude at Google, which Anthropic's own client for Vertex names the variables of (docs.anthropic.com, October 2026). */
export const vertexAnthropic: ProviderForm = {
  ...shared,
  name: 'vertex-anthropic',
  label: 'Claude on Vertex AI',
  chat: [
    { dialect: 'anthropic-messages', base: `${models}/anthropic`, quirks: { pathStyle: 'raw-predict' } },
  ],
  environment: {
    ...environment,
    address: ['ANTHROPIC_VERTEX_BASE_URL'],
    addressIncludes: '/v1',
    settings: {
      project: ['ANTHROPIC_VERTEX_PROJECT_ID', 'GOOGLE_CLOUD_PROJECT'],
      location: ['CLOUD_ML_REGION', 'GOOGLE_CLOUD_LOCATION'],
      quotaProject: ['GOOGLE_CLOUD_QUOTA_PROJECT'],
    },
    meant: ['ANTHROPIC_VERTEX_PROJECT_ID'],
  },
  listing: {
    base: '/v1beta1',
    path: '/publishers/anthropic/models',
    list: 'publisherModels',
    id: 'name',
    prefix: 'publishers/anthropic/models/',
  },
};

export const vertexExpress: ProviderForm = {
  name: 'vertex-express',
  registry: 'vertexai',
  label: 'Google Vertex AI, by API key',
  address: 'https://aiplatform.googleapis.com',
  authentication: { kind: 'header', name: 'x-goog-api-key' },
  chat: [{ dialect: 'gemini-generate', base: '/v1/publishers/google', quirks: { countTokens: 'flat' } }],
  embed: { dialect: 'gemini-embed', base: '/v1/publishers/google', quirks: { method: 'predict' } },
  environment: { key: ['GOOGLE_VERTEX_API_KEY'] },
  requestIdHeaders: [],
};
