// The models that callers may name, in the list of each vendor's own library.
import { KeelsonError } from '@keelson/core';
import type { Engine, ListedModel } from '@keelson/engine';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type KeyRing, presentedKey } from '../auth/index.ts';

export interface ModelListOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
}

export function registerModelLists(app: FastifyInstance, { engine, keys }: ModelListOptions): void {
  const identify = async (request: FastifyRequest): Promise<void> => {
    keys.identify(presentedKey(request.headers, request.query as Record<string, string>));
  };
  const find = (name: string): ListedModel => {
    const model = engine.models().find((one) => one.name === name);
    if (model === undefined)
      throw new KeelsonError('model_not_found', `No model or alias is called \`${name}\`.`);
    return model;
  };
  app.register(async (lists) => {
    lists.addHook('onRequest', identify);
    for (const base of ['/v1', '/openai/v1', '/mistral/v1']) {
      lists.get(`${base}/models`, (request) => listFor(request, engine.models()));
      lists.get<{ Params: { '*': string } }>(`${base}/models/*`, (request) =>
        showFor(request, find(request.params['*'])),
      );
    }
    lists.get('/v1beta/models', () => ({ models: engine.models().map(geminiModel) }));
    lists.get<{ Params: { '*': string } }>('/v1beta/models/*', (request) =>
      geminiModel(find(request.params['*'])),
    );
    lists.get('/api/tags', () => ({ models: engine.models().map(ollamaModel) }));
    // The least that its library expects of a server.
    lists.get('/api/version', () => ({ version: '0.12.0' }));
  });
}

/** Anthropic's library says which version of the format it speaks; all others take OpenAI's list. */
function isAnthropic({ headers }: FastifyRequest): boolean {
  return headers['anthropic-version'] !== undefined;
}

function listFor(request: FastifyRequest, models: readonly ListedModel[]): object {
  if (!isAnthropic(request)) return { object: 'list', data: models.map(openAiModel) };
  const data = models.map(anthropicModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

function showFor(request: FastifyRequest, model: ListedModel): object {
  return isAnthropic(request) ? anthropicModel(model) : openAiModel(model);
}

const unknownDate = 0;

function openAiModel({ name, createdAt = unknownDate, provider = 'keelson' }: ListedModel) {
  return { id: name, object: 'model', created: createdAt, owned_by: provider };
}

function anthropicModel({ name, displayName, createdAt = unknownDate }: ListedModel) {
  return {
    id: name,
    type: 'model',
    display_name: displayName,
    created_at: new Date(createdAt * 1000).toISOString(),
  };
}

function geminiModel({ name, displayName, contextWindow, maxOutputTokens }: ListedModel) {
  return {
    name: `models/${name}`,
    displayName,
    inputTokenLimit: contextWindow,
    outputTokenLimit: maxOutputTokens,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}

function ollamaModel({ name, createdAt = unknownDate }: ListedModel) {
  const details = { format: '', family: '', parameter_size: '', quantization_level: '' };
  return {
    name,
    model: name,
    modified_at: new Date(createdAt * 1000).toISOString(),
    size: 0,
    digest: '',
    details,
  };
}
