/** The Vercel AI SDK as a client: its three packages that speak our formats, and one way to ask whole or streamed. */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createCohere } from '@ai-sdk/cohere';
import { createGoogle } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { DialectName } from '@keelson/core';
import {
  type FinishReason,
  generateText,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  type StopCondition,
  streamText,
  type ToolChoice,
  type ToolSet,
} from 'ai';
import { model } from './samples.ts';

// The SDK tells on stderr that it does not know the simulator's models.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

export interface AiSdkPackage {
  readonly name: string;
  readonly dialect: DialectName;
  /** What the package itself does not read or send, so that no test asks for it. */
  readonly readsReasoning: boolean;
  readonly readsCacheWrites: boolean;
  connect(url: string): LanguageModel;
}

export const aiSdkPackages: readonly AiSdkPackage[] = [
  {
    name: '@ai-sdk/openai',
    dialect: 'openai-chat',
    readsReasoning: false,
    readsCacheWrites: true,
    connect: (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'test' }).chat(model),
  },
  {
    name: '@ai-sdk/openai-compatible',
    dialect: 'openai-chat',
    readsReasoning: true,
    readsCacheWrites: false,
    connect: (url) => {
      const options = { includeUsage: true, supportsStructuredOutputs: true };
      const provider = { name: 'simulator', baseURL: `${url}/v1`, apiKey: 'test', ...options };
      return createOpenAICompatible(provider).chatModel(model);
    },
  },
  {
    name: '@ai-sdk/anthropic',
    dialect: 'anthropic-messages',
    readsReasoning: true,
    readsCacheWrites: true,
    connect: (url) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'test' })(model),
  },
];

/** The packages whose formats only the translator speaks to a vendor of another. */
export const translatedAiSdkPackages: readonly Pick<AiSdkPackage, 'name' | 'dialect' | 'connect'>[] = [
  ...aiSdkPackages,
  {
    name: '@ai-sdk/openai responses',
    dialect: 'openai-responses',
    connect: (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'test' }).responses(model),
  },
  {
    name: '@ai-sdk/google',
    dialect: 'gemini-generate',
    connect: (url) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: 'test' })(model),
  },
  {
    name: '@ai-sdk/mistral',
    dialect: 'mistral-chat',
    connect: (url) => createMistral({ baseURL: `${url}/mistral/v1`, apiKey: 'test' })(model),
  },
  {
    name: '@ai-sdk/cohere',
    dialect: 'cohere-chat',
    connect: (url) => createCohere({ baseURL: `${url}/v2`, apiKey: 'test' })(model),
  },
  {
    name: '@ai-sdk/amazon-bedrock',
    dialect: 'bedrock-converse',
    connect: (url) => createAmazonBedrock({ region: 'us-east-1', baseURL: url, apiKey: 'test' })(model),
  },
];

export interface AiSdkQuestion {
  readonly model: LanguageModel;
  readonly messages: ModelMessage[];
  readonly instructions?: string;
  readonly tools?: ToolSet;
  readonly toolChoice?: ToolChoice<ToolSet>;
  readonly stopWhen?: StopCondition<ToolSet>;
  readonly schema?: object;
  readonly providerOptions?: Record<string, Record<string, string>>;
  readonly maxOutputTokens?: number;
  readonly stopSequences?: string[];
  readonly maxRetries?: number;
  readonly abortSignal?: AbortSignal;
}

export interface AiSdkAnswer {
  readonly text: string;
  readonly reasoning: string | undefined;
  readonly calls: readonly {
    readonly toolName: string;
    readonly toolCallId: string;
    readonly input: unknown;
  }[];
  readonly finishReason: FinishReason;
  readonly usage: LanguageModelUsage;
  readonly messages: ModelMessage[];
  readonly output: unknown;
}

export const askWhole = async ({ schema, ...question }: AiSdkQuestion): Promise<AiSdkAnswer> => {
  const answer = await generateText({ maxRetries: 0, ...question, ...outputOf(schema) });
  const { text, reasoningText, toolCalls, finishReason, usage, response } = answer;
  return {
    text,
    reasoning: reasoningText,
    calls: toolCalls,
    finishReason,
    usage,
    messages: response.messages,
    output: schema === undefined ? undefined : answer.output,
  };
};

/** An error in the stream is thrown when it comes; what had come before is told to `onText`. */
export const askStreamed = async (
  { schema, ...question }: AiSdkQuestion,
  onText: (piece: string) => void = () => {},
): Promise<AiSdkAnswer> => {
  const stream = streamText({ maxRetries: 0, onError: () => {}, ...question, ...outputOf(schema) });
  for await (const part of stream.fullStream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new AbortedStream(part.reason ?? 'aborted');
    if (part.type === 'text-delta') onText(part.text);
  }
  const { messages } = await stream.response;
  return {
    text: await stream.text,
    reasoning: await stream.reasoningText,
    calls: await stream.toolCalls,
    finishReason: await stream.finishReason,
    usage: await stream.usage,
    messages,
    output: schema === undefined ? undefined : await stream.output,
  };
};

/** The SDK ends an aborted stream with a part instead of an error. */
export class AbortedStream extends Error {}

function outputOf(schema: object | undefined) {
  return schema === undefined ? {} : { output: Output.object({ schema: jsonSchema({ ...schema }) }) };
}
