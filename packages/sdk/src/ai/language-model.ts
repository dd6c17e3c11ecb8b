/** A language model of the AI SDK whose name is an alias of ours, over any client. */
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type { ChatResult } from '../chat-result.ts';
import type { Client } from '../client.ts';
import { renderCall } from './render-call.ts';
import { showLosses, showMetadata, showParts, showReason, showUsage } from './show-answer.ts';
import { showError } from './show-error.ts';
import { showStream } from './show-stream.ts';

export class KeelsonLanguageModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'keelson';
  readonly modelId: string;
  /** Whoever answers is only known later, so that files go along as they are. */
  readonly supportedUrls = {};
  readonly #client: Client;

  constructor(client: Client, modelId: string) {
    this.#client = client;
    this.modelId = modelId;
  }

  async doGenerate(call: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const { ask, options, profile, warnings } = renderCall(this.modelId, call);
    let result: ChatResult;
    try {
      result = await this.#clientOf(profile).chat(ask, options);
    } catch (thrown) {
      throw showError(thrown, call.abortSignal);
    }
    const { id, createdAt } = result.message.facts;
    return {
      content: showParts(result.parts),
      finishReason: showReason(result.stop),
      usage: showUsage(result.usage),
      providerMetadata: showMetadata(result),
      request: { body: ask },
      response: {
        ...(id !== undefined && { id }),
        ...(result.servedModel !== undefined && { modelId: result.servedModel }),
        ...(createdAt !== undefined && { timestamp: new Date(createdAt * 1000) }),
      },
      warnings: [...warnings, ...showLosses(result.losses)],
    };
  }

  async doStream(call: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const { ask, options, profile, warnings } = renderCall(this.modelId, call);
    const stream = this.#clientOf(profile).stream(ask, options);
    return { stream: await showStream(stream, warnings, call.abortSignal), request: { body: ask } };
  }

  #clientOf(profile: string | undefined): Client {
    return profile === undefined ? this.#client : this.#client.withProfile(profile);
  }
}
