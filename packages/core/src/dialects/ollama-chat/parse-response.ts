/** A whole answer becomes the events that a stream of it would give. */
import { isJsonObject } from '../../json/index.ts';
import {
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  inventCallId,
  known,
  type Part,
  replyValue,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseLogprobs, parseMaker } from '../ollama-answer.ts';
import { parseAssistant } from './assistant.ts';
import { errorFromBody } from './error.ts';
import { parseDoneReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (hasErrorBody(body) && !isJsonObject(wire.peek('message')))
    return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Record<string, string> = {};
  const facts = parseMaker(wire, forms);
  const message = wire.required('message', wire.object('message'));
  if (!message.constant('role', 'assistant') && !message.has('role')) forms.role = 'absent';
  const parts = withIds(parseAssistant(message, forms, 'lenient'), forms.created_at);
  const hasCalls = parts.some((part) => part.type === 'tool-call');
  const stop = parseDoneReason(wire.string('done_reason'), hasCalls);
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

/** Calls that came without an id get one that no other answer has, as far as the time tells answers apart. */
function withIds(parts: readonly Part[], created: string | undefined): Part[] {
  return parts.map((part, index) =>
    part.type === 'tool-call' && part.id === '' ? { ...part, id: callIdAt(created, index) } : part,
  );
}

export function callIdAt(created: string | undefined, index: number): string {
  return inventCallId(created?.replace(/\D/g, '') || undefined, index);
}
