// The models that callers may name, in the list of each vendor's own library.
import {
  type Engine,
  type FlowModels,
  findListedFlow,
  type Identity,
  type ListedModel,
  listFlowModels,
  profileOf,
} from '@keelson/engine';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkScope } from '../access/index.ts';
import { type KeyRing, presentedKey } from '../auth/index.ts';
import { readControls } from './read-controls.ts';
import { findRoute, vendorOf } from './route-table.ts';

export interface ModelListOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
  readonly flows?: FlowModels;
}

/** Who asks for a list, and by which profile. */
interface Asking {
  readonly identity: Identity;
  readonly profile: string | undefined;
}

export function registerModelLists(app: FastifyInstance, { engine, keys, flows }: ModelListOptions): void {
  const asking = new WeakMap<FastifyRequest, Asking>();
  const identify = async (request: FastifyRequest): Promise<void> => {
    const identity = keys.identify(
      presentedKey(request.headers, request.query as Record<string, string>),
      request.socket.remoteAddress,
    );
    checkScope(identity, 'models:read');
    asking.set(request, { identity, profile: profileOf(identity, readControls(request.headers)) });
  };
  const listed = async (request: FastifyRequest): Promise<readonly ListedModel[]> => {
    const { identity, profile } = asking.get(request) as Asking;
    const models = engine.models(profile);
    return flows === undefined ? models : [...models, ...(await listFlowModels(flows, identity))];
  };
  const find = async (name: string, request: FastifyRequest): Promise<ListedModel> => {
    const { identity, profile } = asking.get(request) as Asking;
    const flow = flows && (await findListedFlow(name, flows, identity));
    return flow ?? engine.models(profile).find((one) => one.name === name) ?? unlisted(name, engine, profile);
  };
  app.register(async (lists) => {
    lists.addHook('onRequest', identify);
    for (const base of ['/v1', '/openai/v1', '/mistral/v1']) {
      lists.get(`${base}/models`, async (request) => listFor(request, await listed(request)));
      lists.get<{ Params: { '*': string } }>(`${base}/models/*`, async (request) =>
        showFor(request, await find(request.params['*'], request)),
      );
    }
    lists.get('/v1beta/models', async (request) => ({ models: (await listed(request)).map(geminiModel) }));
    lists.get<{ Params: { '*': string } }>('/v1beta/models/*', async (request, reply) => {
      const name = request.params['*'];
      // Whoever asks a model itself by this method is told which one that takes.
      if (findRoute(`/models/${name}`) !== undefined) return reply.callNotFound();
      return geminiModel(await find(name, request));
    });
    lists.get('/api/tags', async (request) => ({ models: (await listed(request)).map(ollamaModel) }));
    // The least that its library expects of a server.
    lists.get('/api/version', () => ({ version: '0.12.0' }));
  });
}

/** A model that can be asked although nothing is known of it. Throws what a call of it would be told. */
function unlisted(name: string, { routing }: Engine, profile: string | undefined): ListedModel {
  const [target] = routing.plan({
    endpoint: 'chat',
    model: name,
    dialect: 'openai-chat',
    isStream: false,
    bodyLength: 0,
    keyId: '',
    tags: {},
    ...(profile !== undefined && { profile }),
    facts: () => noFacts,
  }).targets;
  return { name, displayName: name, ...(target && { provider: target.provider.name }) };
}

const noFacts = {
  inputTokens: 0,
  hasTools: false,
  hasImages: false,
  hasDocuments: false,
  hasAudio: false,
  wantsSchema: false,
  wantsReasoning: false,
  metadata: {},
};

function listFor(request: FastifyRequest, models: readonly ListedModel[]): object {
  switch (vendorOf(request.headers)) {
    case 'anthropic':
      return anthropicList(models);
    case 'gemini':
      return { models: models.map(geminiModel) };
    default:
      return { object: 'list', data: models.map(openAiModel) };
  }
}

function showFor(request: FastifyRequest, model: ListedModel): object {
  return { anthropic: anthropicModel, gemini: geminiModel, openai: openAiModel }[vendorOf(request.headers)](
    model,
  );
}

function anthropicList(models: readonly ListedModel[]): object {
  const data = models.map(anthropicModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
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
