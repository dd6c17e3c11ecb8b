/**
 * Every pair of a client's dialect and a vendor's, with the translator between them. A new dialect adds one row to the
 * table of clients, and is then tried against all others.
 */
import { type DialectName, dialects } from '@keelson/core';
import { type Limit, limitsOf } from '../packages/core/src/dialects/__fixtures__/format-limits.ts';
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
  /** What the caller cannot say, the vendor cannot be told, and both together cannot do. */
  readonly unasked: ReadonlySet<Limit>;
  readonly unheard: ReadonlySet<Limit>;
  readonly lacking: ReadonlySet<Limit>;
}

function pairUp(client: DialectName, vendor: DialectName): readonly Pair[] {
  const limits = { unasked: limitsOf(client), unheard: limitsOf(vendor), lacking: limitsOf(client, vendor) };
  return [
    { client, vendor, isStream: false, way: 'whole', ...limits },
    { client, vendor, isStream: true, way: 'streamed', ...limits },
  ];
}

export const pairs = dialectNames.flatMap((client) =>
  dialectNames.flatMap((vendor) => pairUp(client, vendor)),
);

/** The pairs of which neither format has any of these limits. */
export function pairsWith(...needs: readonly Limit[]): readonly Pair[] {
  return pairs.filter(({ lacking }) => !needs.some((need) => lacking.has(need)));
}

/** How a vendor cuts its bytes and frames is the same to all callers, so one of them is enough. */
export const ownPairs = pairs.filter(({ client, vendor }) => client === vendor);

/**
 * Failures go through one canonical error, so not every pair is needed: each caller meets the vendor of its own format and
 * the next two of the table, and so each vendor meets two callers of other formats.
 */
export const failurePairs = dialectNames.flatMap((client, place) =>
  [0, 1, 2].flatMap((step) =>
    pairUp(client, dialectNames[(place + step) % dialectNames.length] as DialectName),
  ),
);
