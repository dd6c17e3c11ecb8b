/** A whole message becomes the events that a stream of it would give. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatEvent,
  type ChatMessage,
  known,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseError } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseParts } from './parts.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const wire = WireObject.open(replyValue(reply.body), '', 'lenient');
  const isError = !wire.has('output') && (wire.has('message') || wire.has('Message'));
  return isError ? [{ type: 'error', error: parseError(reply) }] : unfold(parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const output = wire.required('output', wire.object('output'));
  const message = output.required('message', output.object('message'));
  message.constant('role', 'assistant');
  const content = message.required('content', message.list('content'));
  const place = { path: message.fieldPath('content'), reading: 'lenient', isAnswer: true } as const;
  const modelFields = wire.json('additionalModelResponseFields');
  const usage = parseUsage(wire.record('usage'), wire.object('metrics')?.number('latencyMs'));
  return {
    dialect: name,
    facts: { ...parseFacts(wire), ...known({ modelFields }) },
    parts: parseParts(content, place),
    stop: parseStop(wire.string('stopReason'), sequenceIn(modelFields)),
    ...(usage !== undefined && { usage }),
    ...wire.annotations(name),
  };
}

/** What a whole answer and the last event of a stream say alike. */
export function parseFacts(wire: WireObject): AnswerFacts {
  return known({
    trace: wire.record('trace'),
    latency: wire.object('performanceConfig')?.string('latency'),
    tier: wire.object('serviceTier')?.string('type'),
  });
}

/** Claude tells the stop sequence that was met to those who ask for its field. */
export function sequenceIn(modelFields: Json | undefined): string | undefined {
  const sequence = isJsonObject(modelFields) ? modelFields.stop_sequence : undefined;
  return typeof sequence === 'string' ? sequence : undefined;
}
