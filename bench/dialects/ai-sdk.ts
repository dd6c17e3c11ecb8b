/** The same bytes through the provider packages of the Vercel AI SDK, which read them through a fetch of ours. */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createCohere } from '@ai-sdk/cohere';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import type { DialectName } from '@keelson/core';

export interface AiSdk {
  readonly stream: (reads: readonly Uint8Array[], contentType: string) => Promise<number>;
  readonly answer: (body: string) => Promise<unknown>;
}

/** What the next call answers; the packages take their fetch once, when they are made. */
let reply: () => Response = () => new Response();
const fetch = async (): Promise<Response> => reply();
const settings = { apiKey: 'none', baseURL: 'http://simulated.invalid/v1', fetch };

/** Ollama has no package of the AI SDK's own. */
const models = {
  'anthropic-messages': createAnthropic(settings)('bench'),
  'bedrock-converse': createAmazonBedrock(settings)('bench'),
  'cohere-chat': createCohere(settings)('bench'),
  'gemini-generate': createGoogleGenerativeAI(settings)('bench'),
  'mistral-chat': createMistral(settings)('bench'),
  'openai-chat': createOpenAI(settings).chat('bench'),
  'openai-completions': createOpenAI(settings).completion('bench'),
  'openai-responses': createOpenAI(settings).responses('bench'),
};

const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'go' }] }];

function aiSdkOf(model: (typeof models)[keyof typeof models]): AiSdk {
  return {
    async stream(reads, contentType) {
      reply = () => new Response(streamOf(reads), { headers: { 'content-type': contentType } });
      const { stream } = await model.doStream({ prompt });
      const reader = stream.getReader();
      let parts = 0;
      for (let next = await reader.read(); !next.done; next = await reader.read()) parts++;
      return parts;
    },
    async answer(body) {
      reply = () => new Response(body, { headers: { 'content-type': 'application/json' } });
      return model.doGenerate({ prompt });
    },
  };
}

function streamOf(reads: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const read = reads[at++];
      if (read === undefined) controller.close();
      else controller.enqueue(read);
    },
  });
}

export const aiSdk: Readonly<Partial<Record<DialectName, AiSdk>>> = Object.fromEntries(
  Object.entries(models).map(([name, model]) => [name, aiSdkOf(model)]),
);
