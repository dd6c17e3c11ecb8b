/** A whole response becomes the events that a stream of it would give. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  type ChatEvent,
  type ChatMessage,
  checkBound,
  hasErrorBody,
  known,
  type Logprobs,
  type Part,
  replyValue,
  type StopReason,
  type TokenLogprob,
  type Usage,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseTokenLogprobs } from '../token-logprobs.ts';
import { parseItem } from './assistant.ts';
import { errorFromBody, errorFromResponse } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { echoFields, name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  const hasOutput = Array.isArray(wire.peek('output'));
  if (hasErrorBody(body) && !hasOutput) return [{ type: 'error', error: errorFromBody(reply, body) }];
  const message = parseMessage(wire);
  const isFailed = hasErrorBody(body) || wire.peek('status') === 'failed';
  if (!isFailed) return unfold(message);
  return unfold({ ...message, error: errorFromResponse(body as JsonObject, reply.status) });
}

function parseMessage(wire: WireObject): ChatMessage {
  const output = wire.required('output', wire.list('output'));
  checkBound('streamedParts', output.length, 'output', 'invalid_response');
  const parts: Part[] = [];
  const logprobs: TokenLogprob[] = [];
  for (const [index, item] of output.entries()) {
    parts.push(...parseItem(item, `output[${index}]`, 'lenient'));
    pushLogprobs(item, logprobs);
  }
  const { facts, usage, stop, annotations } = readEnvelope(wire, parts.some(isCall));
  return {
    dialect: name,
    facts,
    parts,
    stop,
    ...(logprobs.length > 0 && { logprobs: { content: logprobs } }),
    ...(usage !== undefined && { usage }),
    ...annotations,
  };
}

export function isCall(part: Part): boolean {
  return part.type === 'tool-call';
}

export interface Envelope {
  readonly facts: AnswerFacts;
  readonly usage: Usage | undefined;
  readonly stop: StopReason;
  readonly annotations: Annotated;
}

/** Everything around the output; the output itself is told by items. */
export function readEnvelope(wire: WireObject, hasCalls: boolean): Envelope {
  const forms: Record<string, string> = {};
  if (!wire.constant('object', 'response') && !wire.has('object')) forms.object = 'absent';
  wire.consume('output');
  // Null in every answer that did not fail, and told as an error in the others.
  wire.record('error');
  const usage = wire.record('usage');
  const facts = parseFacts(wire);
  const status = wire.string('status');
  const reason = wire.object('incomplete_details')?.string('reason');
  if (reason !== undefined) forms.status = status ?? 'absent';
  return {
    facts,
    usage: usage && parseUsage(usage),
    stop: parseStop({ status, reason, hasCalls }),
    annotations: wire.annotations(name, forms),
  };
}

function parseFacts(wire: WireObject): AnswerFacts {
  return known({
    id: wire.string('id'),
    model: wire.string('model'),
    createdAt: wire.number('created_at'),
    completedAt: wire.number('completed_at'),
    tier: wire.string('service_tier'),
    tags: wire.record('metadata'),
    moderation: wire.json('moderation'),
    diagnostics: wire.json('prompt_cache_diagnostics'),
    toolUsage: wire.json('tool_usage'),
    echo: readEcho(wire),
  });
}

/** What the answer repeats of the request; null means something there, and so is kept. */
function readEcho(wire: WireObject): JsonObject | undefined {
  let echo: Record<string, Json> | undefined;
  for (const field of echoFields) {
    const value = wire.take(field);
    if (value === undefined) continue;
    echo ??= {};
    echo[field] = value;
  }
  return echo;
}

function pushLogprobs(item: Json, logprobs: TokenLogprob[]): void {
  const content = isJsonObject(item) ? item.content : undefined;
  if (!Array.isArray(content)) return;
  for (const part of content as readonly Json[]) {
    const told = isJsonObject(part) ? parseLogprobs(part.logprobs)?.content : undefined;
    for (const token of told ?? []) logprobs.push(token);
  }
}

/** Undefined when there are none, which is the usual case. */
export function parseLogprobs(list: Json | undefined): Logprobs | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return { content: parseTokenLogprobs(list as readonly Json[], name) };
}
