/** A whole answer becomes the events that a stream of it would give. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  inventCallId,
  known,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { noteIndex, parseChoices } from '../openai-choices.ts';
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
  const choices = parseChoices(wire, forms, (choice, index) => parseChoice(choice, index, facts.id));
  const usage = wire.record('usage');
  return {
    ...choices,
    dialect: name,
    facts,
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    answer: wire.annotations(name, forms),
  };
}

function parseChoice(value: Json, index: number, answerId: string | undefined): ChatChoice {
  const wire = WireObject.open(value, `choices[${index}]`, 'lenient');
  const forms: Record<string, string> = {};
  noteIndex(wire, index, forms);
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
