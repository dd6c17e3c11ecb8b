/**
 * Pieces of a streamed answer become canonical events. Every piece is an answer in small: words are added to the part that
 * is open, everything else comes whole; usage is cumulative and the reason comes with the last piece of a candidate.
 */
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  type ChatEvent,
  closePart,
  createStreamReader,
  extensionsOf,
  inventCallId,
  known,
  nextPart,
  openPart,
  openState,
  pushText,
  readFrameObject,
  type StreamParser,
  unfoldPart,
} from '../../message/index.ts';
import { readCitations } from './citations.ts';
import { errorFromChunk } from './error.ts';
import { parseStop, reasonWord } from './finish-reason.ts';
import { parseBlocked, readTokens } from './parse-response.ts';
import { parsePart } from './parts.ts';
import { type ChoiceState, choiceAt, createState, type StreamState } from './stream-state.ts';
import { collectCall, finishCall } from './stream-tool-calls.ts';
import { parseUsage } from './usage.ts';
import { candidateDetails, type GeminiGenerateQuirks, name } from './wire.ts';

export function createStreamParser(_quirks: GeminiGenerateQuirks): StreamParser {
  return createStreamReader(createState(), { dialect: name, read, close: closeAll, finish: finishComplete });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  // `[DONE]` is no piece of this format; gateways that speak the chat format elsewhere add it.
  if (frame.data !== '[DONE]') pushPiece(state, readFrameObject(frame, name), events);
}

function pushPiece(state: StreamState, piece: JsonObject, events: ChatEvent[]): void {
  if (piece.error !== undefined && piece.error !== null) throw errorFromChunk(piece);
  noteAround(state, piece);
  start(state, events);
  const { candidates } = piece;
  if (!Array.isArray(candidates)) return;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at] as Json;
    if (isJsonObject(candidate)) pushCandidate(state, candidate, at, events);
  }
}

/** Everything around the candidates; it is repeated with every piece, and the last one counts. */
function noteAround(state: StreamState, piece: JsonObject): void {
  // Parsed JSON has own fields only, and `for in` makes no list of them.
  for (const key in piece) {
    const value = piece[key] as Json;
    switch (key) {
      case 'candidates':
        break;
      case 'usageMetadata':
        if (isJsonObject(value)) state.usage = value;
        break;
      case 'responseId':
        noteFact(state, 'id', value);
        break;
      case 'modelVersion':
        noteFact(state, 'model', value);
        break;
      case 'createTime':
        if (typeof value === 'string') noteTime(state, value);
        break;
      case 'promptFeedback':
      case 'modelStatus':
        if (isJsonObject(value)) state.facts = { ...state.facts, [key]: value };
        break;
      default:
        setField(state.extra, key, value);
    }
  }
}

function noteFact(state: StreamState, fact: 'id' | 'model', value: Json): void {
  if (typeof value === 'string' && state.facts[fact] !== value)
    state.facts = { ...state.facts, [fact]: value };
}

/** Every piece repeats it, and reading a date costs as much as reading the piece. */
function noteTime(state: StreamState, text: string): void {
  if (state.createTime === text) return;
  state.createTime = text;
  const createdAt = Math.floor(Date.parse(text) / 1000);
  if (Number.isFinite(createdAt)) state.facts = { ...state.facts, createdAt };
}

/** The first piece knows the size of the prompt already. */
function start(state: StreamState, events: ChatEvent[]): void {
  if (state.isStarted) return;
  state.isStarted = true;
  events.push({ type: 'message-start', dialect: name, facts: state.facts });
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}

function pushCandidate(state: StreamState, candidate: JsonObject, at: number, events: ChatEvent[]): void {
  const { index } = candidate;
  const choice = choiceAt(state, typeof index === 'number' ? index : at);
  for (const key in candidate) {
    const value = candidate[key] as Json;
    switch (key) {
      case 'content':
        pushContent(state, choice, value, events);
        break;
      case 'finishReason':
        if (value !== null) choice.reason = value;
        break;
      case 'index':
        break;
      case 'logprobsResult':
        pushLogprobs(choice, value, events);
        break;
      default:
        if (details.has(key)) noteDetail(choice, key, value);
        else setField(choice.extra, key, value);
    }
  }
  if (candidate.groundingMetadata !== undefined) pushSources(choice, events);
}

const details: ReadonlySet<string> = new Set(candidateDetails);

/** An empty object in a later piece takes nothing back. */
function noteDetail(choice: ChoiceState, key: string, value: Json): void {
  const isEmpty = value === null || (isJsonObject(value) && Object.keys(value).length === 0);
  choice.details ??= {};
  if (!isEmpty || choice.details[key] === undefined) choice.details[key] = value;
}

function pushSources(choice: ChoiceState, events: ChatEvent[]): void {
  const { lastText: index } = choice;
  if (index === undefined || choice.details === undefined) return;
  for (const citation of readCitations(choice.details, choice.said)) {
    const mark = JSON.stringify([citation.url, citation.citedText, citation.start]);
    if (choice.cited.has(mark)) continue;
    choice.cited.add(mark);
    events.push({ type: 'source', ...choice.parts.place, index, citation });
  }
}

function pushLogprobs(choice: ChoiceState, value: Json, events: ChatEvent[]): void {
  if (!isJsonObject(value) || !Array.isArray(value.chosenCandidates)) return;
  const top = Array.isArray(value.topCandidates) ? (value.topCandidates as readonly Json[]) : [];
  const content = readTokens(value.chosenCandidates as readonly Json[], top);
  events.push({ type: 'logprobs', ...choice.parts.place, logprobs: { content } });
}

function pushContent(state: StreamState, choice: ChoiceState, content: Json, events: ChatEvent[]): void {
  const parts = isJsonObject(content) ? content.parts : undefined;
  if (!Array.isArray(parts)) return;
  for (const part of parts as readonly Json[]) if (isJsonObject(part)) pushPart(state, choice, part, events);
}

/** Words grow the open part; anything else ends it and comes whole. */
function pushPart(state: StreamState, choice: ChoiceState, part: JsonObject, events: ChatEvent[]): void {
  const { text, thoughtSignature: signature } = part;
  const isSignatureAlone = text === undefined && typeof signature === 'string' && part.thought !== true;
  const isWords = typeof text === 'string' || (isSignatureAlone && Object.keys(part).length === 1);
  if (isWords) pushWords(choice, part, events);
  else {
    const whole = collectCall(choice, part);
    if (whole !== undefined) pushWhole(state, choice, whole, events);
  }
}

/** A signature ends its part: what follows is signed by itself. */
function pushWords(choice: ChoiceState, part: JsonObject, events: ChatEvent[]): void {
  const text = typeof part.text === 'string' ? part.text : '';
  const signature = part.thoughtSignature;
  const isSigned = typeof signature === 'string' && signature !== '';
  if (text === '' && !isSigned) return;
  const kind = part.thought === true ? 'reasoning' : 'text';
  const { parts } = choice;
  if (text !== '') pushText(parts, kind, text, events);
  else if (parts.open !== kind) openPart(parts, kind, events);
  if (kind === 'text') noteSaid(choice, text);
  if (!isSigned) return;
  parts.opaque = openState(signature, name);
  closePart(choice.parts, events);
}

/** What follows other parts, or a signature, is another text. */
function noteSaid(choice: ChoiceState, text: string): void {
  const { parts, said } = choice;
  if (choice.lastText !== parts.index) {
    choice.lastText = parts.index;
    said.before += said.last;
    said.last = '';
  }
  said.last += text;
}

function pushWhole(state: StreamState, choice: ChoiceState, value: JsonObject, events: ChatEvent[]): void {
  closePart(choice.parts, events);
  const parsed = parsePart(value, 'parts', 'lenient');
  const place = { ...choice.parts.place, index: nextPart(choice.parts) };
  if (parsed.type !== 'tool-call') {
    events.push(...unfoldPart(parsed, place));
    return;
  }
  const id = parsed.id === '' ? inventCallId(state.facts.id, choice.calls) : parsed.id;
  choice.calls++;
  events.push(...unfoldPart({ ...parsed, id }, place));
}

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) {
    if (choice === undefined) continue;
    const call = finishCall(choice);
    if (call !== undefined) pushWhole(state, choice, call, events);
    closePart(choice.parts, events);
  }
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}

/** There is no last event: the answer is complete when every candidate has its reason, or the prompt was refused. */
function finishComplete(state: StreamState, events: ChatEvent[]): boolean {
  const stop = parseBlocked(state.facts);
  const isComplete =
    state.choices.length === 0
      ? stop.raw !== undefined
      : Array.from(state.choices).every((choice) => choice === undefined || choice.reason !== undefined);
  if (isComplete) finish(state, events);
  return isComplete;
}

function finish(state: StreamState, events: ChatEvent[]): void {
  closeAll(state, events);
  const choices = state.choices.length === 0 ? [undefined] : Array.from(state.choices);
  const last = choices.length - 1;
  for (const [at, choice] of choices.entries()) {
    const stop =
      choice === undefined
        ? parseBlocked(state.facts)
        : parseStop(reasonWord(choice.reason), choice.calls > 0);
    events.push({
      type: 'message-end',
      ...(at > 0 && { choice: at }),
      stop,
      ...known({ details: choice?.details }),
      ...(choice !== undefined && extensionsOf(choice.extra, name)),
      ...(at === last && { facts: state.facts as AnswerFacts, answer: answerOf(state) }),
    });
  }
}

function answerOf({ extra, createTime, choices }: StreamState): Annotated {
  const forms = known({ createTime, candidates: choices.length === 0 ? 'absent' : undefined });
  const isSpelled = Object.keys(forms).length > 0;
  return {
    ...extensionsOf(extra, name),
    ...(isSpelled && { spelling: { dialect: name, forms: forms as Record<string, string> } }),
  };
}
