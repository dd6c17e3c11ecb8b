/**
 * Every pair of a client's dialect and a vendor's, with the translator between them. A new dialect adds one row to the
 * table of clients, and is then tried against all others.
 */
import { type DialectName, dialects } from '@keelson/core';
import { anthropicMessagesClient } from './translated-anthropic-messages.ts';
import type { TranslatedClient } from './translated-client.ts';
import { mistralChatClient } from './translated-mistral-chat.ts';
import { openAiChatClient } from './translated-openai-chat.ts';
import { openAiCompletionsClient } from './translated-openai-completions.ts';

const clients: Readonly<Record<DialectName, TranslatedClient>> = {
  'anthropic-messages': anthropicMessagesClient,
  'mistral-chat': mistralChatClient,
  'openai-chat': openAiChatClient,
  'openai-completions': openAiCompletionsClient,
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

export const pairs: readonly Pair[] = dialectNames.flatMap((client) =>
  dialectNames.flatMap((vendor) => [
    { client, vendor, isStream: false, way: 'whole' as const },
    { client, vendor, isStream: true, way: 'streamed' as const },
  ]),
);
