/** Any dialect as an endpoint, by its inbound half alone. Nothing here knows which dialect it is. */
import type {
  ChatEvent,
  ChatMessage,
  ChatRequest,
  Dialect,
  Frame,
  FramingName,
  KeelsonError,
  WireReply,
} from '@keelson/core';
import {
  type AnswerPlace,
  checkSignatures,
  composeAnswer,
  type Prompt,
  readPrompt,
  streamEvents,
} from '../answer/index.ts';
import type { Fault } from '../faults/index.ts';
import { emptyScript, parseScript } from '../script/index.ts';
import { renderFault, streamTypeOf } from '../vendors/index.ts';
import type { Answer, Endpoint, Instruction, Question } from './endpoint.ts';

/** The half of a dialect that answers callers, whatever its quirks towards providers are. */
type AnyDialect = Pick<Dialect<never>, 'name' | 'framing' | 'inbound'> & {
  readonly outbound: Pick<Dialect<never>['outbound'], 'parseError'>;
};

export function createChatEndpoint(dialect: AnyDialect, seed: number): Endpoint {
  return {
    name: dialect.name,
    parse: (call) => openQuestion(dialect, dialect.inbound.parseRequest(call), seed),
    renderError: dialect.inbound.renderError,
  };
}

function openQuestion(dialect: AnyDialect, request: ChatRequest, seed: number): Question {
  checkSignatures(request);
  const prompt = readPrompt(request);
  const isStream = request.stream === true && request.purpose !== 'count-tokens';
  return {
    model: request.model,
    request,
    isStream,
    framing: framingOf(dialect, request),
    readScript: () => readScript(prompt),
    useScript: (script) => ({ script, said: prompt.text }),
    answer: (instruction, place) => {
      const message = composeMessage({ dialect, request, prompt, seed }, instruction, place);
      return isStream
        ? streamAnswer(dialect, { request, message, place, fault: instruction.fault })
        : { type: 'whole', body: dialect.inbound.renderResponse(message, request).value };
    },
  };
}

function readScript({ text, step }: Prompt): Instruction {
  const { steps, rest } = parseScript(text);
  return { script: steps[step] ?? emptyScript, said: rest };
}

interface Asked {
  readonly dialect: AnyDialect;
  readonly request: ChatRequest;
  readonly prompt: Prompt;
  readonly seed: number;
}

function composeMessage(
  { dialect, request, prompt, seed }: Asked,
  instruction: Instruction,
  place: AnswerPlace,
): ChatMessage {
  const { script, said, fault } = instruction;
  const composing = { request, dialect: dialect.name, said, results: prompt.results, id: place.id, seed };
  const message = composeAnswer(script, composing, place);
  if (fault?.name !== 'missing-usage') return message;
  const { usage: _usage, ...rest } = message;
  return rest;
}

interface Streaming {
  readonly request: ChatRequest;
  readonly message: ChatMessage;
  readonly place: AnswerPlace;
  readonly fault: Fault | undefined;
}

function streamAnswer(dialect: AnyDialect, { request, message, place, fault }: Streaming): Answer {
  const renderer = dialect.inbound.createStreamRenderer(request);
  const events = streamEvents(message);
  const frames: Frame[] = [];
  switch (fault?.name) {
    case 'error-mid-stream':
      for (const event of withoutEnd(events)) {
        if (frames.length >= (fault.settings.after ?? 1)) break;
        frames.push(...renderer.push(event));
      }
      frames.push(...renderer.push({ type: 'error', error: brokenAnswer(dialect, place) }));
      break;
    case 'missing-end':
      for (const event of withoutEnd(events)) frames.push(...renderer.push(event));
      break;
    default:
      for (const event of events) frames.push(...renderer.push(event));
      frames.push(...renderer.end());
  }
  const framing = framingOf(dialect, request);
  return { type: 'stream', framing, contentType: streamTypeOf(dialect.name, framing), frames };
}

/** A caller may ask in a way that means another framing than the usual one. */
function framingOf({ framing }: AnyDialect, { streamOptions }: ChatRequest): FramingName {
  return streamOptions?.framing ?? framing;
}

/** Everything before the closing usage and the ends of the choices. */
function withoutEnd(events: readonly ChatEvent[]): readonly ChatEvent[] {
  return events.slice(
    0,
    events.findIndex(({ type }, index) => type === 'message-end' || isClosingUsage(events, index)),
  );
}

function isClosingUsage(events: readonly ChatEvent[], index: number): boolean {
  return events[index]?.type === 'usage' && events[index + 1]?.type === 'message-end';
}

/** What the vendor itself would say, so that its own words go into the stream. */
function brokenAnswer({ name, outbound }: AnyDialect, { requestId }: AnswerPlace): KeelsonError {
  const fault = { name: 'overloaded', settings: {} } as const;
  const reply = renderFault(fault, { dialect: name, requestId }) as WireReply;
  return outbound.parseError({ ...reply, body: JSON.stringify(reply.body) });
}
