/**
 * How a stream ends, well or badly: whatever is open is closed, usage is told, then the ends of the choices or the error.
 */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { type Annotated, type ChatEvent, known, type Part } from '../../message/index.ts';
import { parseFinishReason } from './finish-reason.ts';
import { closePart, createChoice, type StreamState } from './stream-state.ts';
import { endCalls } from './stream-tool-calls.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

function audioPart(audio: JsonObject): Part {
  const { id, data, transcript, expires_at: expiresAt } = audio;
  return {
    type: 'audio',
    source: { kind: 'base64', data: typeof data === 'string' ? data : '' },
    ...known({
      id: typeof id === 'string' ? id : undefined,
      transcript: typeof transcript === 'string' ? transcript : undefined,
      expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
    }),
  };
}

/** Closes everything and tells the end of every choice, usage first. */
export function finish(state: StreamState, events: ChatEvent[]): void {
  if (!state.isStarted) events.push({ type: 'message-start', dialect: name, facts: {} });
  closeAll(state, events);
  const choices = state.choices.length === 0 ? [createChoice(0)] : state.choices;
  for (const [at, choice] of choices.entries()) {
    const { place, stop, extra } = choice ?? createChoice(at);
    const isLast = at === choices.length - 1;
    const end = { ...place, stop: parseFinishReason(stop), ...extensionsOf(extra) };
    events.push({
      type: 'message-end',
      ...end,
      ...(isLast && { facts: state.facts, answer: extensionsOf(state.extra) }),
    });
  }
}

/** The stream broke off: what came is closed and its usage told, then the error; nothing follows. */
export function interrupt(state: StreamState, events: ChatEvent[], reason: string | KeelsonError): void {
  closeAll(state, events);
  const error = KeelsonError.is(reason)
    ? reason
    : new KeelsonError('stream_interrupted', reason, { details: { dialect: name } });
  events.push({ type: 'error', error });
}

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) {
    if (choice === undefined) continue;
    closePart(choice, events);
    endCalls(choice, events);
    if (choice.audio === undefined) continue;
    events.push({ type: 'part', ...choice.place, index: choice.nextIndex++, part: audioPart(choice.audio) });
  }
  const usage = state.usage ?? groqUsage(state.extra);
  if (usage !== undefined) events.push({ type: 'usage', usage: parseUsage(usage) });
}

/** Groq tells usage in `x_groq` of the last chunk. */
function groqUsage(extra: JsonObject): JsonObject | undefined {
  const groq = extra.x_groq;
  const usage = isJsonObject(groq) ? groq.usage : undefined;
  return isJsonObject(usage) ? usage : undefined;
}

function extensionsOf(extra: Readonly<Record<string, Json>>): Annotated {
  return Object.keys(extra).length === 0 ? {} : { extensions: { [name]: extra } };
}
