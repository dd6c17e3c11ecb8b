/** A whole message becomes the events that a stream of it would give. */
import {
  type AnswerFacts,
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  known,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { errorFromBody } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseParts } from './parts.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (hasErrorBody(body) && !Array.isArray(wire.peek('content')))
    return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(wire.has('content') ? parseMessage(wire) : parseCount(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  wire.constant('type', 'message');
  wire.constant('role', 'assistant');
  const content = wire.required('content', wire.list('content'));
  const usage = wire.record('usage');
  return {
    dialect: name,
    facts: parseFacts(wire),
    parts: parseParts(content, 'content', 'lenient'),
    stop: parseStop({
      reason: wire.string('stop_reason'),
      sequence: wire.string('stop_sequence'),
      details: wire.record('stop_details'),
    }),
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    ...wire.annotations(name),
  };
}

export function parseFacts(wire: WireObject): AnswerFacts {
  return known({
    id: wire.string('id'),
    model: wire.string('model'),
    container: wire.json('container'),
    contextManagement: wire.json('context_management'),
    diagnostics: wire.json('diagnostics'),
  });
}

/** The answer of `count_tokens`: an input count and nothing else. */
function parseCount(wire: WireObject): ChatMessage {
  const total = wire.required('input_tokens', wire.number('input_tokens'));
  return {
    dialect: name,
    facts: {},
    parts: [],
    stop: { unified: 'unknown' },
    usage: { input: { total }, output: {} },
    ...wire.annotations(name),
  };
}
