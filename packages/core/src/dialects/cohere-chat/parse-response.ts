/** A whole answer becomes the events that a stream of it would give. */
import type { Json } from '../../json/index.ts';
import {
  type ChatEvent,
  type ChatMessage,
  known,
  type Logprobs,
  replyValue,
  type TokenLogprob,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { parseAssistant } from './assistant.ts';
import { errorFromBody, isErrorBody } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { withId } from './tool-calls.ts';
import { parseUsage } from './usage.ts';
import { parseResponse1 } from './version-1-answer.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (isErrorBody(body as never)) return [{ type: 'error', error: errorFromBody(reply, body) }];
  return unfold(wire.has('message') ? parseAnswer(wire) : parseResponse1(wire));
}

function parseAnswer(wire: WireObject): ChatMessage {
  const id = wire.string('id');
  const message = wire.required('message', wire.object('message'));
  const { parts, forms } = parseAssistant(message, 'lenient');
  const usage = wire.record('usage');
  const logprobs = wire.list('logprobs');
  const stop = parseStop(wire.string('finish_reason'));
  return {
    dialect: name,
    facts: known({ id }),
    parts: parts.map((part, index) => withId(part, id, index)),
    stop,
    ...(logprobs !== undefined && { logprobs: parseLogprobs(logprobs) }),
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    ...wire.annotations(name, forms),
  };
}

export function parseLogprobs(items: readonly Json[]): Logprobs {
  return { content: items.map((item) => parseLogprob(WireObject.open(item, 'logprobs', 'lenient'))) };
}

/** A piece of text may be several tokens; together they are as likely as the product says. */
function parseLogprob(wire: WireObject): TokenLogprob {
  const text = wire.string('text');
  const ids = wire.list('token_ids')?.filter((id) => typeof id === 'number');
  const each = wire.list('logprobs')?.filter((value) => typeof value === 'number');
  const forms = known({
    text: text === undefined ? 'absent' : undefined,
    logprobs: each?.length === 1 ? undefined : JSON.stringify(each ?? null),
  }) as Record<string, string>;
  return {
    token: text ?? '',
    logprob: (each ?? []).reduce((sum, value) => sum + value, 0),
    ...known({ ids }),
    ...wire.annotations(name, forms),
  };
}
