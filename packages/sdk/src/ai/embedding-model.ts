/** An embedding model of the AI SDK whose name is an alias of ours, over any client. */
import type { EmbeddingModelV4, EmbeddingModelV4CallOptions, EmbeddingModelV4Result } from '@ai-sdk/provider';
import type { Client, EmbedAnswer } from '../client.ts';
import { readOptions } from './render-call.ts';
import { showLosses, showMetadata } from './show-answer.ts';
import { showError } from './show-error.ts';

/** As many as every provider takes at once; Cohere takes the fewest. */
const mostValues = 96;

export class KeelsonEmbeddingModel implements EmbeddingModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'keelson';
  readonly modelId: string;
  readonly maxEmbeddingsPerCall = mostValues;
  readonly supportsParallelCalls = true;
  readonly #client: Client;

  constructor(client: Client, modelId: string) {
    this.#client = client;
    this.modelId = modelId;
  }

  async doEmbed(call: EmbeddingModelV4CallOptions): Promise<EmbeddingModelV4Result> {
    const { values: inputs, dimensions, abortSignal: signal } = call;
    const { profile, request: _, ...options } = readOptions(call.providerOptions);
    const client = profile === undefined ? this.#client : this.#client.withProfile(profile);
    let answer: EmbedAnswer;
    try {
      answer = await client.embed(
        { model: this.modelId, inputs, ...(dimensions !== undefined && { dimensions }) },
        { ...options, ...(signal && { signal }) },
      );
    } catch (thrown) {
      throw showError(thrown, signal);
    }
    const tokens = answer.usage?.input.total;
    return {
      embeddings: answer.vectors.map((vector) => [...vector]),
      ...(tokens !== undefined && { usage: { tokens } }),
      providerMetadata: showMetadata(answer),
      warnings: showLosses(answer.losses),
    };
  }
}
