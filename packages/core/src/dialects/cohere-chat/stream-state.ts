/** What is known of a stream while it is read: which parts are open, under which number, and how it ends. */
import {
  type Annotated,
  type AnswerFacts,
  type ChatEvent,
  known,
  nextPart,
  type StopReason,
} from '../../message/index.ts';
import { planSpelling } from './assistant.ts';
import { name } from './wire.ts';

type Kind = 'text' | 'reasoning' | 'tool-call';

export interface OpenPart {
  readonly index: number;
  readonly kind: Kind;
  isOpen: boolean;
}

export interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  facts: AnswerFacts;
  /** How many parts there have been. */
  count: number;
  /** Blocks and calls have numbers of their own on the wire. */
  readonly content: Map<number, OpenPart>;
  readonly calls: Map<number, OpenPart>;
  plan: OpenPart | undefined;
  /** Where citations go that name no block. */
  firstText: number | undefined;
}

export function createState(): StreamState {
  return {
    isStarted: false,
    isEnded: false,
    facts: {},
    count: 0,
    content: new Map(),
    calls: new Map(),
    plan: undefined,
    firstText: undefined,
  };
}

export function start(state: StreamState, facts: AnswerFacts, events: ChatEvent[]): void {
  if (state.isStarted) return;
  state.isStarted = true;
  state.facts = facts;
  events.push({ type: 'message-start', dialect: name, facts });
}

export function newPart(state: StreamState, kind: Kind): OpenPart {
  const part = { index: nextPart(state), kind, isOpen: true };
  if (kind === 'text') state.firstText ??= part.index;
  return part;
}

/** The one text of a stream that has no blocks. */
export function openText(state: StreamState, events: ChatEvent[]): number {
  let part = state.content.get(0);
  if (part === undefined) {
    part = newPart(state, 'text');
    state.content.set(0, part);
    events.push({ type: 'text-start', index: part.index });
  }
  return part.index;
}

export function openPlan(state: StreamState, events: ChatEvent[]): number {
  if (!state.plan?.isOpen) {
    state.plan = newPart(state, 'text');
    events.push({ type: 'text-start', index: state.plan.index, ...planSpelling });
  }
  return state.plan.index;
}

export function closePart(part: OpenPart | undefined, events: ChatEvent[]): void {
  if (part === undefined || !part.isOpen) return;
  part.isOpen = false;
  events.push({ type: `${part.kind}-end`, index: part.index });
}

export function closeParts(state: StreamState, events: ChatEvent[]): void {
  const parts = [...state.content.values(), ...state.calls.values()];
  if (state.plan !== undefined) parts.push(state.plan);
  for (const part of parts.sort((one, other) => one.index - other.index)) closePart(part, events);
}

export interface Ending {
  readonly stop: StopReason;
  readonly facts: AnswerFacts;
  readonly extensions?: Annotated['extensions'] | undefined;
  readonly spelling?: Annotated['spelling'] | undefined;
}

export function finish(state: StreamState, ending: Ending, events: ChatEvent[]): void {
  start(state, {}, events);
  closeParts(state, events);
  state.isEnded = true;
  const { stop, facts, extensions, spelling } = ending;
  events.push({
    type: 'message-end',
    stop,
    facts: { ...state.facts, ...facts },
    ...known({ extensions, spelling }),
  });
}
