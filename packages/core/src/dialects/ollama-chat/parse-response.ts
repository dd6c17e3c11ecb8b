/** A whole answer becomes the events that a stream of it would give. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatEvent,
  type ChatMessage,
  hasErrorBody,
  inventCallId,
  known,
  type Logprobs,
  type Part,
  replyValue,
  type TokenLogprob,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
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
  const facts = parseFacts(wire, forms);
  const message = wire.required('message', wire.object('message'));
  if (!message.constant('role', 'assistant') && !message.has('role')) forms.role = 'absent';
  const parts = withIds(parseAssistant(message, forms, 'lenient'), forms.created_at);
  const hasCalls = parts.some((part) => part.type === 'tool-call');
  const stop = parseDoneReason(wire.string('done_reason'), hasCalls);
  if (wire.peek('done') === true) wire.consume('done');
  else if (!wire.has('done')) forms.done = 'absent';
  const logprobs = parseLogprobs(wire.list('logprobs'));
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
function parseFacts(wire: WireObject, forms: Record<string, string>): AnswerFacts {
  const created = wire.string('created_at');
  if (created !== undefined) forms.created_at = created;
  return known({ model: wire.string('model'), createdAt: secondsOf(created) });
}

export function secondsOf(created: string | undefined): number | undefined {
  const ms = Date.parse(created ?? '');
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : undefined;
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

export function parseLogprobs(tokens: readonly Json[] | undefined): Logprobs | undefined {
  return tokens === undefined ? undefined : { content: tokens.map(parseTokenLogprob) };
}

function parseTokenLogprob(value: Json): TokenLogprob {
  const wire = WireObject.open(isJsonObject(value) ? value : {}, 'logprobs', 'lenient');
  return {
    token: wire.string('token') ?? '',
    logprob: wire.number('logprob') ?? 0,
    ...known({
      bytes: wire.list('bytes') as readonly number[] | undefined,
      top: wire.list('top_logprobs')?.map(parseTokenLogprob),
    }),
    ...wire.annotations(name),
  };
}
