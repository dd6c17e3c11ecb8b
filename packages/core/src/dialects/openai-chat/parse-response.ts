/** A whole chat completion becomes the events that a stream of it would give. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  known,
  type Logprobs,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { noteIndex, parseChoices } from '../openai-choices.ts';
import { parseTokenLogprobs } from '../token-logprobs.ts';
import { parseAssistant } from './assistant.ts';
import { errorFromBody } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  // OpenRouter and others send errors with status 200.
  if (hasErrorBody(body) && !Array.isArray(wire.peek('choices')))
    return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Record<string, string> = {};
  if (!wire.constant('object', 'chat.completion') && !wire.has('object')) forms.object = 'absent';
  const facts = parseFacts(wire);
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

/** What is known of the answer as a whole. */
function parseFacts(wire: WireObject): AnswerFacts {
  return known({
    id: wire.string('id'),
    model: wire.string('model'),
    createdAt: wire.number('created'),
    systemFingerprint: wire.string('system_fingerprint'),
    tier: wire.string('service_tier'),
    tags: wire.record('metadata'),
    moderation: wire.json('moderation'),
  });
}

function parseChoice(value: Json, index: number): ChatChoice {
  const wire = WireObject.open(value, `choices[${index}]`, 'lenient');
  const forms: Record<string, string> = {};
  noteIndex(wire, index, forms);
  const message = wire.object('message');
  const parsed = message === undefined ? { parts: [], forms: {} } : parseAssistant(message, 'lenient');
  const finishReason = wire.string('finish_reason');
  if (!wire.has('finish_reason')) forms.finish_reason = 'absent';
  if (message === undefined) forms.message = 'absent';
  return {
    parts: parsed.parts,
    stop: parseFinishReason(finishReason),
    ...known({ logprobs: parseLogprobs(wire.object('logprobs')) }),
    ...wire.annotations(name, { ...parsed.forms, ...forms }),
  };
}

export function parseLogprobs(wire: WireObject | undefined): Logprobs | undefined {
  const content = wire?.list('content');
  const refusal = wire?.list('refusal');
  if (content === undefined && refusal === undefined) return undefined;
  return known({
    content: content && parseTokenLogprobs(content, name),
    refusal: refusal && parseTokenLogprobs(refusal, name),
  });
}
