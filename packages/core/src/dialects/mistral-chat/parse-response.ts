/** A whole answer becomes the events that a stream of it would give. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  checkBound,
  inventCallId,
  known,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseAssistant } from './assistant.ts';
import { errorFromBody, isErrorBody } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  if (isErrorBody(body)) return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(parseMessage(WireObject.open(body, '', 'lenient')));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Record<string, string> = {};
  if (!wire.constant('object', 'chat.completion') && !wire.has('object')) forms.object = 'absent';
  const facts: AnswerFacts = known({
    id: wire.string('id'),
    model: wire.string('model'),
    createdAt: wire.number('created'),
  });
  const choices = wire.required('choices', wire.list('choices'));
  checkBound('choices', choices.length, 'choices', 'invalid_response');
  if (choices.length === 0) forms.choices = 'empty';
  const parsed = choices.map((choice, index) => parseChoice(choice, index, facts.id));
  const usage = wire.record('usage');
  const answer = wire.annotations(name, forms);
  return {
    ...(parsed[0] ?? { parts: [], stop: { unified: 'unknown' } }),
    dialect: name,
    facts,
    ...(parsed.length > 1 && { alternatives: parsed.slice(1) }),
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    answer,
  };
}

function parseChoice(value: Json, index: number, answerId: string | undefined): ChatChoice {
  const wire = WireObject.open(value, `choices[${index}]`, 'lenient');
  const forms: Record<string, string> = {};
  if (wire.peek('index') === index) wire.consume('index');
  else if (!wire.has('index')) forms.index = 'absent';
  const message = wire.object('message');
  const parsed = message === undefined ? { parts: [], forms: {} } : parseAssistant(message, 'lenient');
  if (message === undefined) forms.message = 'absent';
  const finishReason = wire.string('finish_reason');
  if (!wire.has('finish_reason')) forms.finish_reason = 'absent';
  let calls = 0;
  const parts = parsed.parts.map((part) => {
    if (part.type !== 'tool-call') return part;
    const id = part.id === '' ? inventCallId(answerId, calls) : part.id;
    calls++;
    return { ...part, id };
  });
  return {
    parts,
    stop: parseFinishReason(finishReason),
    ...wire.annotations(name, { ...parsed.forms, ...forms }),
  };
}
