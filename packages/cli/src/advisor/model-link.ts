/** A way to ask a model: one answer, whose events are told as they come. Who carries the call is decided by whoever opens it. */
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  createFold,
  createFrameReader,
  dialects,
  type JsonObject,
  KeelsonError,
} from '@keelson/core';

/** What comes back of a body that was sent, piece by piece. */
export interface CarriedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: AsyncIterable<Uint8Array>;
}

type Carry = (body: string, signal: AbortSignal) => Promise<CarriedAnswer>;

export interface ModelLink {
  /** For people. */
  readonly model: string;
  ask(request: ChatRequest, watch: AnswerWatch): Promise<ChatMessage>;
  close(): Promise<void>;
}

export interface AnswerWatch {
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

export const streamType = 'text/event-stream';

const dialect = dialects['openai-chat'];
/** Longer than any advice; a model that goes on for ever is cut off there. */
const longestAnswer = 256 * 1024;

export interface LinkParts {
  /** As the call names it. */
  readonly model: string;
  readonly shownAs: string;
  readonly carry: Carry;
  readonly close: () => Promise<void>;
}

export function createModelLink({ model, shownAs, carry, close }: LinkParts): ModelLink {
  return {
    model: shownAs,
    close,
    ask: async (request, watch) => {
      const { value } = dialect.outbound.renderRequest({ ...request, model, stream: true }, dialect.quirks);
      const answer = await carry(JSON.stringify(value.body), watch.signal);
      // A stream was asked for; what is none is a refusal.
      if (!answer.headers['content-type']?.startsWith(streamType)) throw await refusal(answer);
      return readAnswer(answer, watch);
    },
  };
}

async function refusal({ status, headers, pieces }: CarriedAnswer): Promise<KeelsonError> {
  const text = await collect(pieces);
  let body: unknown = text;
  try {
    body = JSON.parse(text) as JsonObject;
  } catch {
    // It is told as it came.
  }
  return dialect.outbound.parseError({ status, headers, body });
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    all.push(piece);
    length += piece.length;
    if (length > longestAnswer) break;
  }
  return Buffer.concat(all).toString('utf8');
}

async function readAnswer({ pieces }: CarriedAnswer, watch: AnswerWatch): Promise<ChatMessage> {
  const frames = createFrameReader('sse');
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  const fold = createFold();
  let length = 0;
  const take = (events: readonly ChatEvent[]): void => {
    for (const event of events) {
      fold.push(event);
      if (event.type === 'text-delta' || event.type === 'refusal-delta') watch.onText(event.text);
    }
  };
  for await (const piece of pieces) {
    length += piece.length;
    if (length > longestAnswer) throw tooLong();
    for (const frame of frames.push(piece)) take(parser.push(frame));
  }
  for (const frame of frames.end()) take(parser.push(frame));
  take(parser.end());
  const message = fold.message();
  if (message.error !== undefined) throw message.error;
  return message;
}

function tooLong(): KeelsonError {
  return new KeelsonError('provider_error', 'The model did not come to an end with its answer.', {
    hint: 'Ask for less at once, or ask another model with --model.',
  });
}
