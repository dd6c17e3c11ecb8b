/** A whole answer becomes the events that a stream of it would give. */
import type { JsonObject } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  known,
  knownGroup,
  type Part,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseLogprobs, parseMaker } from '../ollama-answer.ts';
import { parseImage } from '../ollama-parts.ts';
import { errorFromBody } from './error.ts';
import { parseDoneReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (hasErrorBody(body) && wire.peek('response') === undefined)
    return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Record<string, string> = {};
  const facts = parseFacts(wire, forms);
  const parts = parseParts(wire, forms);
  const stop = parseDoneReason(wire.string('done_reason'));
  if (wire.peek('done') === true) wire.consume('done');
  else if (!wire.has('done')) forms.done = 'absent';
  const logprobs = parseLogprobs(wire.list('logprobs'), name);
  const usage = parseUsage(wire);
  return {
    parts,
    stop,
    ...known({ logprobs, usage }),
    dialect: name,
    facts,
    answer: wire.annotations(name, forms),
  };
}

/** The time is told as text, and exactly as it was to whoever reads this format. */
export function parseFacts(wire: WireObject, forms: Record<string, string>): AnswerFacts {
  const progress = knownGroup({ completed: wire.number('completed'), total: wire.number('total') });
  return known({
    ...parseMaker(wire, forms),
    promptState: wire.list('context'),
    progress: progress as JsonObject | undefined,
  });
}

function parseParts(wire: WireObject, forms: Record<string, string>): Part[] {
  const thinking = wire.string('thinking');
  if (thinking === '') forms.thinking = 'empty';
  const response = wire.string('response');
  if (response === undefined) forms.response = 'absent';
  const image = wire.string('image');
  return [
    ...(thinking ? [{ type: 'reasoning', text: thinking } as const] : []),
    ...(response ? [{ type: 'text', text: response } as const] : []),
    ...(image === undefined ? [] : [parseImage(image)]),
  ];
}
