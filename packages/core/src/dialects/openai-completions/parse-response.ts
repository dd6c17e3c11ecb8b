/** A whole completion becomes the events that a stream of it would give. */
import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  known,
  type Logprobs,
  replyValue,
  type TokenLogprob,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { noteIndex, parseChoices } from '../openai-choices.ts';
import { errorFromBody } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { renderLogprobs } from './render-response.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (hasErrorBody(body) && !Array.isArray(wire.peek('choices')))
    return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Record<string, string> = {};
  if (!wire.constant('object', 'text_completion') && !wire.has('object')) forms.object = 'absent';
  const facts: AnswerFacts = known({
    id: wire.string('id'),
    model: wire.string('model'),
    createdAt: wire.number('created'),
    systemFingerprint: wire.string('system_fingerprint'),
  });
  const choices = parseChoices(wire, forms, parseChoice);
  const usage = wire.record('usage');
  return {
    ...choices,
    dialect: name,
    facts,
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    answer: wire.annotations(name, forms),
  };
}

function parseChoice(value: Json, index: number): ChatChoice {
  const wire = WireObject.open(value, `choices[${index}]`, 'lenient');
  const forms: Record<string, string> = {};
  noteIndex(wire, index, forms);
  if (!wire.has('text')) forms.text = 'absent';
  const text = wire.string('text') ?? '';
  const finishReason = wire.string('finish_reason');
  if (!wire.has('finish_reason')) forms.finish_reason = 'absent';
  if (!wire.has('logprobs')) forms.logprobs = 'absent';
  const layout = wire.record('logprobs');
  const logprobs = layout && parseLogprobs(layout);
  // Offsets and gaps that cannot be told from the tokens.
  if (logprobs !== undefined && !jsonEqual(renderLogprobs(logprobs) as Json, layout as Json))
    forms.logprobs = JSON.stringify(layout);
  return {
    parts: text === '' ? [] : [{ type: 'text', text }],
    stop: parseFinishReason(finishReason),
    ...known({ logprobs }),
    ...wire.annotations(name, forms),
  };
}

/** The old layout: lists side by side instead of a list of tokens. */
export function parseLogprobs({ tokens, token_logprobs: values, top_logprobs: tops }: JsonObject): Logprobs {
  const list = (field: Json | undefined): readonly Json[] =>
    Array.isArray(field) ? (field as readonly Json[]) : [];
  const content = list(tokens).map((token, index): TokenLogprob => {
    const value = list(values)[index];
    const top = list(tops)[index];
    const alternatives = isJsonObject(top)
      ? Object.entries(top).map(([other, logprob]) => ({ token: other, logprob: Number(logprob) }))
      : undefined;
    return {
      token: String(token),
      logprob: typeof value === 'number' ? value : 0,
      ...known({ top: alternatives }),
    };
  });
  return { content };
}
