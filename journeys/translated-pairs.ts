/**
 * Every pair of a client's dialect and a vendor's, with the translator between them. A new dialect adds one row to the
 * table of clients, and is then tried against all others.
 */
import { type DialectName, dialects } from '@keelson/core';
import { anthropicMessagesClient } from './translated-anthropic-messages.ts';
import { bedrockConverseClient } from './translated-bedrock-converse.ts';
import type { TranslatedClient } from './translated-client.ts';
import { cohereChatClient } from './translated-cohere-chat.ts';
import { geminiGenerateClient } from './translated-gemini-generate.ts';
import { mistralChatClient } from './translated-mistral-chat.ts';
import { ollamaChatClient } from './translated-ollama-chat.ts';
import { ollamaGenerateClient } from './translated-ollama-generate.ts';
import { openAiChatClient } from './translated-openai-chat.ts';
import { openAiCompletionsClient } from './translated-openai-completions.ts';
import { openAiResponsesClient } from './translated-openai-responses.ts';

const clients: Readonly<Record<DialectName, TranslatedClient>> = {
  'anthropic-messages': anthropicMessagesClient,
  'bedrock-converse': bedrockConverseClient,
  'cohere-chat': cohereChatClient,
  'gemini-generate': geminiGenerateClient,
  'mistral-chat': mistralChatClient,
  'ollama-chat': ollamaChatClient,
  'ollama-generate': ollamaGenerateClient,
  'openai-chat': openAiChatClient,
  'openai-completions': openAiCompletionsClient,
  'openai-responses': openAiResponsesClient,
};

export const dialectNames = Object.keys(dialects) as readonly DialectName[];

export function clientOf(dialect: DialectName): TranslatedClient {
  const row = clients[dialect];
  if (row !== undefined) return row;
  throw new Error(`The dialect \`${dialect}\` has no client: add a row to journeys/translated-pairs.ts.`);
}

export interface Pair {
  readonly client: DialectName;
  readonly vendor: DialectName;
  readonly isStream: boolean;
  readonly way: 'whole' | 'streamed';
}

/**
 * The formats that are tried against each other over sockets, whole and streamed. The clients of the others exist, but
 * these journeys ask for things that their formats cannot say, and do not know that yet.
 */
const tried: readonly DialectName[] = ['anthropic-messages', 'bedrock-converse', 'cohere-chat', 'gemini-generate', 'mistral-chat', 'ollama-chat', 'openai-chat', 'openai-responses'];

export const pairs: readonly Pair[] = tried.flatMap((client) =>
  tried.flatMap((vendor) => [
    { client, vendor, isStream: false, way: 'whole' as const },
    { client, vendor, isStream: true, way: 'streamed' as const },
  ]),
);
