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
  extensionsOf,
  fillFact,
  formOf,
  type Loss,
  type StopReason,
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

export function createChoices<Choice extends StreamedChoice>(): StreamedChoices<Choice> {
  return { isStarted: false, isEnded: false, facts: {}, choices: [], usage: undefined, extra: {} };
}

/** The number of the choice a chunk speaks of; hosts that number nothing mean the position. */
export function choiceNumber(index: Json | undefined, position: number): number {
  const isUsable =
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < bounds.choices;
  return isUsable ? index : Math.min(position, bounds.choices - 1);
}

/** Whether every choice has its reason, so that nothing is missing but the word that ends the stream. */
export function isComplete({ choices }: StreamedChoices<StreamedChoice>): boolean {
  return choices.length > 0 && choices.every((choice) => choice?.stop !== undefined);
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

/** The end of every choice, of at least one; the last tells what was learnt of the answer on the way. */
export function endChoices(
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
