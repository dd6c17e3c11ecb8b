/**
 * Chunks of a stream become events. The format has no block boundaries, so they are inferred: a part ends when another
 * kind begins. Hosts differ in where they put reasoning, usage and tool call indexes; all recorded variants are read.
 */

import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import { type ChatEvent, pushText, type StreamParser, WireObject } from '../../message/index.ts';
import { createChoicesReader } from '../openai-choices.ts';
import { parseCitation } from './citations.ts';
import { errorInStream } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseLogprobs } from './parse-response.ts';
import { closeAll } from './stream-end.ts';
import { pushReasoning } from './stream-reasoning.ts';
import {
  type ChoiceState,
  choiceAt,
  pushAnswerText,
  pushAudio,
  type StreamState,
  textPartIndex,
} from './stream-state.ts';
import { pushFunctionCall, pushToolCalls } from './stream-tool-calls.ts';
import type { OpenAiChatQuirks } from './wire.ts';
import { name } from './wire.ts';

export function createStreamParser(_quirks: OpenAiChatQuirks): StreamParser {
  return createChoicesReader<ChoiceState>({
    dialect: name,
    pushChunk,
    close: closeAll,
    parseStop: parseFinishReason,
  });
}

function pushChunk(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (chunk.error !== undefined && chunk.error !== null) throw errorInStream(chunk);
  noteFacts(state, chunk, events);
  for (const key in chunk) {
    switch (key) {
      case 'choices':
        pushChoices(state, chunk[key] as Json, events);
        break;
      case 'usage':
        if (isJsonObject(chunk[key])) state.usage = chunk[key];
        break;
      case 'metadata':
        if (isJsonObject(chunk[key])) state.facts.tags = chunk[key];
        break;
      case 'moderation':
        if (chunk[key] !== null) state.facts.moderation = chunk[key] as Json;
        break;
      case 'id':
      case 'object':
      case 'created':
      case 'model':
      case 'system_fingerprint':
      case 'service_tier':
      case 'obfuscation':
        break;
      default:
        setField(state.extra, key, chunk[key] as Json);
    }
  }
}

/** The facts stand in every chunk; Azure leaves them empty in the first, so later ones count as well. */
function noteFacts(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  const { facts } = state;
  const { id, model, created, system_fingerprint: fingerprint, service_tier: tier } = chunk;
  if (typeof id === 'string' && id !== facts.id && (id !== '' || facts.id === undefined)) facts.id = id;
  if (typeof model === 'string' && model !== facts.model && (model !== '' || facts.model === undefined))
    facts.model = model;
  if (typeof created === 'number' && created !== 0) facts.createdAt = created;
  if (typeof fingerprint === 'string') facts.systemFingerprint = fingerprint;
  if (typeof tier === 'string') facts.tier = tier;
  if (state.isStarted) return;
  state.isStarted = true;
  events.push({ type: 'message-start', dialect: name, facts: { ...facts } });
}

function pushChoices(state: StreamState, choices: Json, events: ChatEvent[]): void {
  if (!Array.isArray(choices)) return;
  for (const [position, choice] of (choices as readonly Json[]).entries()) {
    if (isJsonObject(choice)) pushChoice(choiceAt(state, choice.index, position), choice, events);
  }
}

function pushChoice(state: ChoiceState, choice: JsonObject, events: ChatEvent[]): void {
  for (const key in choice) {
    const value = choice[key] as Json;
    switch (key) {
      case 'delta':
        if (isJsonObject(value)) pushDelta(state, value, events);
        break;
      case 'finish_reason':
        if (typeof value === 'string') state.stop = value;
        break;
      case 'logprobs':
        if (isJsonObject(value)) pushLogprobs(state, value, events);
        break;
      case 'index':
      // Perplexity repeats the message so far beside each delta.
      case 'message':
        break;
      default:
        if (value !== null) setField(state.extra, key, value);
    }
  }
}

function pushDelta(state: ChoiceState, delta: JsonObject, events: ChatEvent[]): void {
  pushReasoning(state, delta, events);
  for (const key in delta) {
    const value = delta[key] as Json;
    switch (key) {
      case 'content':
        pushContent(state, value, events);
        break;
      case 'refusal':
        if (typeof value === 'string' && value !== '') pushText(state.parts, 'refusal', value, events);
        break;
      case 'tool_calls':
        pushToolCalls(state, value, events);
        break;
      case 'function_call':
        pushFunctionCall(state, value, events);
        break;
      case 'annotations':
        pushAnnotations(state, value, events);
        break;
      case 'audio':
        if (isJsonObject(value)) pushAudio(state, value);
        break;
      case 'role':
      case 'reasoning':
      case 'reasoning_content':
      case 'reasoning_details':
        break;
      default:
        if (value !== null) setField(state.extra, `message/${key}`, value);
    }
  }
}

/** Text, or with some hosts a list of text and thinking parts. */
function pushContent(state: ChoiceState, content: Json, events: ChatEvent[]): void {
  if (typeof content === 'string') {
    if (content !== '') pushAnswerText(state, content, events);
    return;
  }
  if (!Array.isArray(content)) return;
  for (const part of content as readonly Json[]) {
    if (!isJsonObject(part)) continue;
    if (typeof part.text === 'string') pushAnswerText(state, part.text, events);
    else if (part.type === 'thinking') pushThinkingList(state, part.thinking, events);
  }
}

/** Mistral's shape of reasoning, met behind this format too: a list of text parts inside a part. */
function pushThinkingList(state: ChoiceState, thinking: Json | undefined, events: ChatEvent[]): void {
  for (const part of Array.isArray(thinking) ? (thinking as readonly Json[]) : []) {
    if (isJsonObject(part) && typeof part.text === 'string')
      pushText(state.parts, 'reasoning', part.text, events);
  }
}

function pushAnnotations(state: ChoiceState, annotations: Json, events: ChatEvent[]): void {
  for (const annotation of Array.isArray(annotations) ? (annotations as readonly Json[]) : []) {
    const index = textPartIndex(state, events);
    events.push({ type: 'source', ...state.parts.place, index, citation: parseCitation(annotation) });
  }
}

function pushLogprobs(state: ChoiceState, value: JsonObject, events: ChatEvent[]): void {
  const logprobs = parseLogprobs(WireObject.open(value, 'logprobs', 'lenient'));
  if (logprobs !== undefined) events.push({ type: 'logprobs', ...state.parts.place, logprobs });
}
