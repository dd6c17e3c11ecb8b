/** The provider that an application hands to the AI SDK: names of models are aliases of Keelson. */
import {
  type EmbeddingModelV3,
  type EmbeddingModelV4,
  type LanguageModelV3,
  type LanguageModelV4,
  NoSuchModelError,
} from '@ai-sdk/provider';
import type { Client } from '../client.ts';
import { type ConnectOptions, connect } from '../connect.ts';
import { earlierEmbeddingModel, earlierLanguageModel } from './earlier-models.ts';
import { KeelsonEmbeddingModel } from './embedding-model.ts';
import { KeelsonLanguageModel } from './language-model.ts';

/** A gateway by its address, or a client that is there: `{ client: local() }` needs no server. */
export type KeelsonSettings = ConnectOptions | { readonly client: Client };

interface Provider<Specification, Language, Embedding> {
  /** The language model that an alias, or `provider:model`, leads to. */
  (alias: string): Language;
  readonly specificationVersion: Specification;
  languageModel(alias: string): Language;
  embeddingModel(alias: string): Embedding;
  textEmbeddingModel(alias: string): Embedding;
  imageModel(alias: string): never;
}

export type KeelsonProvider = Provider<'v4', LanguageModelV4, EmbeddingModelV4>;
export type EarlierKeelsonProvider = Provider<'v3', LanguageModelV3, EmbeddingModelV3>;

/**
 * @example
 * const keelson = createKeelson({ url: 'http://127.0.0.1:4100', key });
 * const { text, providerMetadata } = await generateText({ model: keelson('fast'), prompt: 'Say ahoy.' });
 */
export function createKeelson(settings: KeelsonSettings): KeelsonProvider {
  const client = clientOf(settings);
  return provide(
    'v4',
    (alias): LanguageModelV4 => new KeelsonLanguageModel(client, alias),
    (alias): EmbeddingModelV4 => new KeelsonEmbeddingModel(client, alias),
  );
}

/** The same for AI SDK 6. */
export function createEarlierKeelson(settings: KeelsonSettings): EarlierKeelsonProvider {
  const client = clientOf(settings);
  return provide(
    'v3',
    (alias) => earlierLanguageModel(new KeelsonLanguageModel(client, alias)),
    (alias) => earlierEmbeddingModel(new KeelsonEmbeddingModel(client, alias)),
  );
}

const clientOf = (settings: KeelsonSettings): Client =>
  'client' in settings ? settings.client : connect(settings);

function provide<Specification, Language, Embedding>(
  specificationVersion: Specification,
  languageModel: (alias: string) => Language,
  embeddingModel: (alias: string) => Embedding,
): Provider<Specification, Language, Embedding> {
  const imageModel = (modelId: string): never => {
    throw new NoSuchModelError({ modelId, modelType: 'imageModel' });
  };
  return Object.assign((alias: string) => languageModel(alias), {
    specificationVersion,
    languageModel,
    embeddingModel,
    textEmbeddingModel: embeddingModel,
    imageModel,
  });
}
