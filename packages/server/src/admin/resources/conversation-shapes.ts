// What conversations and their messages are like over HTTP.
import {
  anyObject,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  pageFields,
  type Schema,
  text,
  time,
  unlogged,
} from '../contract/index.ts';

export const usualDays = 30;
const mostMessages = 500;
const mostContent = 1_000_000;
const logging = oneOf(
  '`none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything.',
  ['none', 'metadata', 'full'],
);
const title = text('What people call it.', { least: 1 });
const systemPrompt = text('What the model is told first; content, so that it is kept with `full` only.', {
  most: mostContent,
  isSecret: true,
});
const modelAlias = text('The alias or model that it is for.', { least: 1, most: 1000 });
const temperature = number('What requests get.', { least: 0, most: 2 });
const maxTokens = integer('What requests get.', { least: 1, most: 1_000_000_000 });
const retention = integer(
  `Days after which its messages go, and itself when nothing is added; ${usualDays} when left out.`,
  {
    least: 1,
    most: 3650,
  },
);

export const made = object({
  title: optional(title),
  system_prompt: optional(systemPrompt),
  model_alias: optional(modelAlias),
  temperature: optional(temperature),
  max_tokens: optional(maxTokens),
  logging: optional(logging),
  retention_days: optional(retention),
});
export const change = object({
  title: optional(nullable(title)),
  system_prompt: optional(nullable(systemPrompt)),
  model_alias: optional(nullable(modelAlias)),
  temperature: optional(nullable(temperature)),
  max_tokens: optional(nullable(maxTokens)),
  logging: optional(logging),
  retention_days: optional(retention),
});
export const count = (description: string) => integer(description, { least: 0 });
export const shown = object({
  id: text('What it is called.'),
  title: optional(title),
  system_prompt: optional(text('What the model is told first.', { most: mostContent })),
  model_alias: optional(modelAlias),
  temperature: optional(temperature),
  max_tokens: optional(maxTokens),
  logging,
  retention_days: retention,
  created_at: time('When it was made.'),
  created_by: text('The key that made it.'),
  updated_at: time('When something was last added or changed.'),
  expires_at: time('When it goes, if nothing is added.'),
  message_count: count('All messages there ever were, kept or not.'),
  input_tokens: count('Of all messages.'),
  output_tokens: count('Of all messages.'),
});

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
const tokens = integer('Tokens.', { least: 0, most: 1_000_000_000 });
const content: Schema<string | readonly unknown[]> = {
  json: {
    type: ['string', 'array'],
    description: 'Text, or a list of parts.',
    maxLength: mostContent,
    maxItems: 10_000,
    format: 'lines',
  },
};
export const message = object({
  role: oneOf('Who said it.', roles),
  content: unlogged(content),
  tool_calls: optional(
    unlogged(list('Tools that were called.', anyObject('A call, as its format writes it.'))),
  ),
  input_tokens: optional(tokens),
  output_tokens: optional(tokens),
});
export const messages = list('In order.', message, { most: mostMessages });
export const stored = object({
  seq: integer('Its number, from 1; those of messages that are gone stay free.', { least: 1 }),
  role: text('Who said it.'),
  content: optional(content),
  content_hash: text('SHA-256 of the text, or of the parts as canonical JSON.'),
  tool_calls: optional(list('Tools that were called.', anyObject('A call.'))),
  input_tokens: optional(tokens),
  output_tokens: optional(tokens),
  at: time('When it was added; by the clock of the server.'),
});
export const added = object({
  conversation: shown,
  first_seq: integer('The number of the first message that was added; the others follow.'),
  added: count('How many messages were added.'),
});
const { limit, cursor } = pageFields(['-created_at']);
export const pages = object({ limit, cursor });
export const old = object({ before: optional(time('Only messages older than this; all when left out.')) });
export const logged = object({
  conversation_id: optional(text('The conversation that goes on; a new one when left out.', { least: 1 })),
  title: optional(title),
  model_alias: optional(modelAlias),
  logging: optional(logging),
  retention_days: optional(retention),
  messages,
});
