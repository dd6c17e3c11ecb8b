/**
 * Answers that are a list of choices with facts and counts around it, as OpenAI's chat and completions tell them, and
 * Mistral, whose format was made after theirs. What stands in a choice is the business of each.
 */
import type { Json, JsonObject } from '../json/index.ts';
import {
  type AnswerFacts,
  bounds,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  checkBound,
  createStreamReader,
  extensionsOf,
  fillFact,
  formOf,
  known,
  type Loss,
  readFrameObject,
  reportStopExtras,
  reportStopWord,
  type StopReason,
  type StopWords,
  type StreamParser,
  stopWord,
  unifiedStop,
  type WireObject,
} from '../message/index.ts';

type Choices = ChatChoice & Pick<ChatMessage, 'alternatives'>;

/** The choices of a whole answer: the first is the message, further ones are its alternatives. */
export function parseChoices(
  wire: WireObject,
  forms: Record<string, string>,
  parseChoice: (value: Json, index: number) => ChatChoice,
): Choices {
  const choices = wire.required('choices', wire.list('choices'));
  checkBound('choices', choices.length, 'choices', 'invalid_response');
  if (choices.length === 0) forms.choices = 'empty';
  const [first = { parts: [], stop: { unified: 'unknown' } }, ...alternatives] = choices.map(parseChoice);
  return { ...first, ...(alternatives.length > 0 && { alternatives }) };
}

/** How a choice told its own place. */
export function noteIndex(wire: WireObject, index: number, forms: Record<string, string>): void {
  if (wire.peek('index') === index) wire.consume('index');
  else if (!wire.has('index')) forms.index = 'absent';
}

/** Each choice of a message, with the path that losses name it by. */
export function renderChoices(
  message: ChatMessage,
  dialect: string,
  renderChoice: (choice: ChatChoice, index: number, path: string) => Json,
): Json[] {
  if (formOf(message.answer, dialect, 'choices') === 'empty') return [];
  const choices: readonly ChatChoice[] = [message, ...(message.alternatives ?? [])];
  return choices.map((choice, index) =>
    renderChoice(choice, index, index === 0 ? 'message' : `alternatives[${index - 1}]`),
  );
}

/** What the format demands and the answer of another lacks comes from the caller's defaults, and is said. */
export function fillIdentity(
  wire: Record<string, Json>,
  request: ChatRequest,
  unknownId: string,
  losses: Loss[],
): void {
  fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? unknownId }, losses);
  fillFact(wire, { fact: 'createdAt', field: 'created', value: request.answer?.createdAt ?? 0 }, losses);
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
}

/** What is known of one choice of a stream, whatever the format keeps besides. */
export interface StreamedChoice {
  /** The word that ended it. */
  stop: string | undefined;
  readonly extra: Record<string, Json>;
}

export interface StreamedChoices<Choice extends StreamedChoice> {
  isStarted: boolean;
  isEnded: boolean;
  readonly facts: { -readonly [Key in keyof AnswerFacts]: AnswerFacts[Key] };
  readonly choices: (Choice | undefined)[];
  usage: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

/** The number of the choice a chunk speaks of; hosts that number nothing mean the position. */
export function choiceNumber(index: Json | undefined, position: number): number {
  const isUsable =
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < bounds.choices;
  return isUsable ? index : Math.min(position, bounds.choices - 1);
}

/** The first facts, as far as the chunk knows them, begin the answer. */
export function startAnswer(
  state: StreamedChoices<StreamedChoice>,
  { id, model, created }: JsonObject,
  dialect: string,
  events: ChatEvent[],
): void {
  state.isStarted = true;
  const { facts } = state;
  if (typeof id === 'string') facts.id = id;
  if (typeof model === 'string') facts.model = model;
  if (typeof created === 'number') facts.createdAt = created;
  events.push({ type: 'message-start', dialect, facts: { ...facts } });
}

/** How a format reads its choices. */
export interface ChoicesReading<Choice extends StreamedChoice> {
  readonly dialect: string;
  readonly pushChunk: (state: StreamedChoices<Choice>, chunk: JsonObject, events: ChatEvent[]) => void;
  /** Ends what is open in every choice, and tells what was counted. */
  readonly close: (state: StreamedChoices<Choice>, events: ChatEvent[]) => void;
  readonly parseStop: (reason: string | undefined) => StopReason;
}

export function createChoicesReader<Choice extends StreamedChoice>({
  dialect,
  pushChunk,
  close,
  parseStop,
}: ChoicesReading<Choice>): StreamParser {
  type State = StreamedChoices<Choice>;
  const state: State = {
    isStarted: false,
    isEnded: false,
    facts: {},
    choices: [],
    usage: undefined,
    extra: {},
  };
  const finish = (events: ChatEvent[]): void => {
    if (!state.isStarted) startAnswer(state, {}, dialect, events);
    state.isEnded = true;
    close(state, events);
    endChoices(state, parseStop, dialect, events);
  };
  return createStreamReader<State>(state, {
    dialect,
    close,
    read(_state, frame, events) {
      if (frame.data === '[DONE]') finish(events);
      else pushChunk(state, readFrameObject(frame, dialect), events);
    },
    // Groq, Hugging Face and Perplexity end their streams without `[DONE]`; once every reason is known nothing is missing.
    finish(_state, events) {
      const isWhole = state.choices.length > 0 && state.choices.every((choice) => choice?.stop !== undefined);
      if (isWhole) finish(events);
      return isWhole;
    },
  });
}

/** The end of every choice, of at least one; the last tells what was learnt of the answer on the way. */
function endChoices(
  { choices, facts, extra }: StreamedChoices<StreamedChoice>,
  parseStop: (reason: string | undefined) => StopReason,
  dialect: string,
  events: ChatEvent[],
): void {
  const last = Math.max(choices.length, 1) - 1;
  for (let at = 0; at <= last; at++) {
    const choice = choices[at];
    events.push({
      type: 'message-end',
      ...(at > 0 && { choice: at }),
      stop: parseStop(choice?.stop),
      ...(choice !== undefined && extensionsOf(choice.extra, dialect)),
      ...(at === last && { facts, answer: extensionsOf(extra, dialect) }),
    });
  }
}

export interface FinishReasons {
  readonly parseFinishReason: (raw: string | undefined) => StopReason;
  /** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
  readonly renderFinishReason: (stop: StopReason, isOwn: boolean) => string | null;
  /** What an ending of another format loses here. */
  readonly reportStop: (stop: StopReason, field: string, losses: Loss[]) => void;
}

/** `finish_reason` both ways; an answer of the same format that told none is told as `null`. */
export function createFinishReasons(table: StopWords, dialect: string): FinishReasons {
  return {
    parseFinishReason: (raw) => ({ unified: unifiedStop(table.reasons, raw), ...known({ raw }) }),
    renderFinishReason: (stop, isOwn) => stopWord(table, stop, isOwn) ?? null,
    reportStop(stop, field, losses) {
      reportStopWord(table, stop, field, losses);
      reportStopExtras(stop, field, `${dialect} has no word for it.`, losses);
    },
  };
}
