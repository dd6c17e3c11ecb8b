/**
 * What a caller's client sends on the next turn: the conversation so far in its own format, earlier answers handed back as they
 * were given to it, opaque state and all. Ours to know, because clients do it without reading what they hand back.
 */
import type { Json, JsonObject } from '../../json/index.ts';
import type { ChatMessage, ChatRequest, Tool, Turn } from '../../message/index.ts';
import type { BoundDialect } from './bound-dialect.ts';

export type Heard = { readonly said: Turn } | { readonly answer: ChatMessage };

/** Where a format keeps the conversation, and what of an answer its clients put there. */
interface HandingBack {
  readonly field: 'messages' | 'contents' | 'input';
  readonly pick: (answer: JsonObject) => readonly Json[];
}

const firstOf = (value: Json | undefined): JsonObject => (value as JsonObject[])[0] as JsonObject;

const ofChoice: HandingBack = {
  field: 'messages',
  pick: ({ choices }) => [firstOf(choices).message as Json],
};
const ofMessage: HandingBack = { field: 'messages', pick: ({ message }) => [message as Json] };

const handingBack: Readonly<Record<string, HandingBack>> = {
  'anthropic-messages': {
    field: 'messages',
    pick: ({ content }) => [{ role: 'assistant', content: content as Json }],
  },
  'bedrock-converse': {
    field: 'messages',
    pick: ({ output }) => [(output as JsonObject).message as Json],
  },
  'cohere-chat': ofMessage,
  'gemini-generate': {
    field: 'contents',
    pick: ({ candidates }) => [firstOf(candidates).content as Json],
  },
  'mistral-chat': ofChoice,
  'ollama-chat': ofMessage,
  'openai-chat': ofChoice,
  'openai-responses': { field: 'input', pick: ({ output }) => output as Json[] },
};

/** The formats in which one can hold a conversation. */
export const conversing: ReadonlySet<string> = new Set(Object.keys(handingBack));

/** The request that the caller's client sends now, as we read it. */
export function nextRequest(
  caller: BoundDialect,
  heard: readonly Heard[],
  tools: readonly Tool[],
): ChatRequest {
  const { field, pick } = handingBack[caller.name] as HandingBack;
  const frame: ChatRequest = { model: 'm', turns: [], tools };
  const wire = (turns: readonly Turn[]) => {
    const { value } = caller.outbound.renderRequest({ ...frame, turns }, caller.quirks);
    return { value, body: value.body as JsonObject };
  };
  const pieces = heard.flatMap((each): readonly Json[] => {
    if ('said' in each) return wire([each.said]).body[field] as Json[];
    const { value } = caller.inbound.renderResponse(each.answer, frame);
    return pick(JSON.parse(JSON.stringify(value)) as JsonObject);
  });
  const { value, body } = wire([{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }]);
  return caller.inbound.parseRequest({ ...value, body: JSON.stringify({ ...body, [field]: pieces }) });
}
