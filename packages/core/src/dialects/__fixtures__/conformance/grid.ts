/** Sends every probe through every pair of formats and says what became of it. */
import { type Json, jsonEqual } from '../../../json/index.ts';
import { type ChatMessage, type ChatRequest, fold, type Loss, sealState, unfold } from '../../../message/index.ts';
import {
  allDialects,
  type BoundDialect,
  eventsOf,
  framesOf,
  inPieces,
  overTheWire,
  replyOf,
  throughBytes,
} from '../bound-dialect.ts';
import { plainRequest } from '../request-fields.ts';
import { type Feature, features, type Probe, probes } from './probes.ts';

/** From worst to best. `absent`: the format that would have to say it has no words for it. */
export type State = 'absent' | 'unexplained' | 'lost' | 'emulated' | 'full';

export interface Outcome {
  readonly probe: Probe;
  readonly state: State;
  readonly losses: readonly Loss[];
}

export interface Cell {
  readonly feature: Feature;
  readonly inbound: string;
  readonly outbound: string;
  readonly outcomes: readonly Outcome[];
}

interface Pair {
  readonly caller: BoundDialect;
  readonly provider: BoundDialect;
}

export function conformanceGrid(): readonly Cell[] {
  return features.flatMap((feature) =>
    allDialects.flatMap((caller) =>
      allDialects.map((provider): Cell => {
        const asked = probes.filter((probe) => probe.feature === feature);
        const outcomes = asked.map((probe) => outcomeOf(probe, { caller, provider }));
        return { feature, inbound: caller.name, outbound: provider.name, outcomes };
      }),
    ),
  );
}

function outcomeOf(probe: Probe, pair: Pair): Outcome {
  return { probe, ...tryProbe(probe, pair) };
}

function tryProbe(probe: Probe, pair: Pair): Omit<Outcome, 'probe'> {
  switch (probe.kind) {
    case 'request':
      return tryRequest(probe, pair);
    case 'answer':
    case 'stream':
      return tryAnswer(probe, pair);
    case 'replay':
      return tryReplay(probe, pair);
    default:
      return tryError(probe, pair);
  }
}

/** Hosts that take what their format can carry: the grid is about formats. */
function quirksOf({ name, quirks }: BoundDialect): object {
  return name === 'openai-chat' ? { ...quirks, reasoningField: 'reasoning_details', thoughtSignatures: true } : quirks;
}

function send(dialect: BoundDialect, request: ChatRequest): { request: ChatRequest; losses: Loss[] } {
  const { value, losses } = dialect.outbound.renderRequest(request, quirksOf(dialect));
  return { request: dialect.inbound.parseRequest(overTheWire(value)), losses };
}

const absent = { state: 'absent', losses: [] } as const;

function tryRequest(probe: Extract<Probe, { kind: 'request' }>, { caller, provider }: Pair) {
  const { request } = send(caller, probe.request);
  if (!same(probe.see(request), probe.see(probe.request))) return absent;
  const sent = send(provider, request);
  const usual = send(provider, send(caller, plainRequest).request).losses;
  return judge(same(probe.see(sent.request), probe.see(request)), sent.losses, usual);
}

const plainAnswer: ChatMessage = {
  facts: { id: 'answer_1', model: 'model-1' },
  parts: [{ type: 'text', text: 'Aye.' }],
  stop: { unified: 'stop' },
};

type Way = 'answer' | 'stream';

function tell(dialect: BoundDialect, message: ChatMessage, way: Way): { message: ChatMessage; losses: readonly Loss[] } {
  const request: ChatRequest = { ...plainRequest, answer: { id: 'answer_1' }, streamOptions: { usage: true } };
  if (way === 'answer') {
    const { value, losses } = dialect.inbound.renderResponse(message, request);
    return { message: fold(dialect.outbound.parseResponse(replyOf(JSON.stringify(value)))), losses };
  }
  const { frames, losses } = framesOf(dialect, inPieces(unfold(message)), request);
  return { message: fold(eventsOf(dialect, throughBytes(dialect, frames, 64))), losses };
}

function tryAnswer(probe: Extract<Probe, { kind: Way }>, { caller, provider }: Pair) {
  const { message } = tell(provider, probe.message, probe.kind);
  if (!same(probe.see(message), probe.see(probe.message))) return absent;
  const told = tell(caller, message, probe.kind);
  const usual = tell(caller, tell(provider, plainAnswer, probe.kind).message, probe.kind).losses;
  return judge(same(probe.see(told.message), probe.see(message)), told.losses, usual);
}

/** What a client hands back of an answer: state that it cannot read stands in its own places for state. */
function handedBack({ parts }: ChatMessage, caller: BoundDialect): ChatMessage['parts'] {
  return parts.map((part) => {
    if (!('opaque' in part) || part.opaque === undefined) return part;
    // Chat hosts have a place of its own for this one.
    if (part.type === 'tool-call' && caller.name === 'openai-chat') return part;
    return { ...part, opaque: { dialect: caller.name, value: sealState(part.opaque, caller.name) } };
  });
}

const statesIn = (parts: readonly ChatMessage['parts'][number][]): unknown =>
  parts.flatMap((part) => ('opaque' in part && part.opaque !== undefined ? [part.opaque.value] : []));

function tryReplay(probe: Extract<Probe, { kind: 'replay' }>, { caller, provider }: Pair) {
  const parts = probe.parts(provider.name);
  const { message } = tell(provider, { ...plainAnswer, dialect: provider.name, parts }, 'answer');
  const states = statesIn(parts);
  // State that had to be told beside its call is no state that this provider makes.
  const isBeside = message.parts.some((part) => 'opaque' in part && part.opaque?.ofCall === true);
  if (isBeside || !same(statesIn(message.parts), states)) return absent;
  const told = tell(caller, message, 'answer');
  const history = { role: 'assistant', parts: handedBack(told.message, caller) } as const;
  const question = plainRequest.turns[0] as ChatRequest['turns'][number];
  const returned = send(caller, { ...plainRequest, maxOutputTokens: 1000, dialect: caller.name, turns: [question, history, question] });
  const sent = send(provider, returned.request);
  const seen = statesIn(sent.request.turns.flatMap((turn): ChatMessage['parts'] => turn.parts));
  const usual = send(provider, send(caller, plainRequest).request).losses;
  const said = tell(provider, { ...plainAnswer, dialect: provider.name }, 'answer').message;
  const plain = tell(caller, said, 'answer').losses;
  return judge(same(seen, states), [...told.losses, ...returned.losses, ...sent.losses], [...usual, ...plain]);
}

function tryError({ error }: Extract<Probe, { kind: 'error' }>, { caller, provider }: Pair) {
  const told = provider.outbound.parseError(overTheWire(provider.inbound.renderError(error)));
  const seen = caller.outbound.parseError(overTheWire(caller.inbound.renderError(told)));
  // The provider's words may come with advice of ours.
  const facts = ({ row, message, details }: typeof error) => [
    row.retry,
    row.fault,
    message.includes(error.message),
    details.retryAfterMs,
  ];
  return judge(same(facts(seen), facts(error)), [], []);
}

/** Losses that the plainest exchange has as well say nothing about the probe. */
function judge(isSame: boolean, losses: readonly Loss[], usual: readonly Loss[]): Omit<Outcome, 'probe'> {
  const own = losses.filter((loss) => loss.action !== 'renamed' && !usual.some(({ field }) => field === loss.field));
  const isDropped = own.some(({ action }) => action === 'dropped');
  if (isSame) return { state: own.length === 0 ? 'full' : 'emulated', losses: own };
  if (own.length === 0) return { state: 'unexplained', losses: own };
  return { state: isDropped ? 'lost' : 'emulated', losses: own };
}

function same(one: unknown, other: unknown): boolean {
  return jsonEqual(settled(one), settled(other));
}

/** As JSON says it: nothing is the same as undefined. */
function settled(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}
