/** Composites that hold their children in order or side by side: each is a block, so they nest. */
import type { AnyBlock, Block, BuildWarning, Child, OutputOf, PayloadOf } from './block.ts';
import { BlockError } from './block-error.ts';
import { defineBlock } from './define-block.ts';
import { worstEffects } from './effects.ts';
import type { Reason } from './reasons.ts';

type Last<Blocks extends readonly unknown[]> = Blocks extends readonly [...unknown[], infer Tail]
  ? Tail
  : never;

/** `true` where every output fits the next payload; otherwise a sentence that the compiler shows. */
type Chain<Blocks extends readonly AnyBlock[]> = Blocks extends readonly [
  infer First extends AnyBlock,
  infer Second extends AnyBlock,
  ...infer Rest extends AnyBlock[],
]
  ? OutputOf<First> extends PayloadOf<Second>
    ? Chain<[Second, ...Rest]>
    : { error: 'the output of a block does not fit the next'; from: OutputOf<First>; to: PayloadOf<Second> }
  : true;

/** One after the other: `seq('answer', draft, polish)`. Each gets the output of the one before. */
export function seq<const Blocks extends readonly [AnyBlock, ...AnyBlock[]]>(
  name: string,
  ...blocks: Blocks & (Chain<Blocks> extends true ? unknown : Chain<Blocks>)
): Block<PayloadOf<Blocks[0]>, OutputOf<Last<Blocks>>> {
  const children = nameChildren(blocks as unknown as Blocks);
  if (children.length === 0) throw misbuilt('invalid_graph', `\`${name}\` is a sequence of nothing.`);
  return defineBlock({
    name,
    kind: 'seq',
    ...inherited(children.map(({ block }) => block)),
    body: { type: 'seq', children },
  });
}

interface AllOptions {
  /** How many run at once; all of them when left out. */
  readonly concurrency?: number;
}

/** All at once, each with the same payload: `all('gather', { triage, facts })` gives a record of their outputs. */
export function all<const Blocks extends Readonly<Record<string, AnyBlock>>>(
  name: string,
  blocks: Blocks,
  { concurrency = Number.POSITIVE_INFINITY }: AllOptions = {},
): Block<PayloadOf<Blocks[keyof Blocks]>, { [Node in keyof Blocks]: OutputOf<Blocks[Node]> }> {
  const children = Object.entries(blocks).map(([node, block]) => ({ node, block }));
  checkWidth(name, concurrency);
  return defineBlock({
    name,
    kind: 'all',
    ...inherited(children.map(({ block }) => block)),
    body: { type: 'all', children, concurrency },
  });
}

/** All at once; the first success is the answer and ends the others. */
export function race<const Blocks extends Readonly<Record<string, AnyBlock>>>(
  name: string,
  blocks: Blocks,
): Block<PayloadOf<Blocks[keyof Blocks]>, OutputOf<Blocks[keyof Blocks]>> {
  const children = Object.entries(blocks).map(([node, block]) => ({ node, block }));
  if (children.length === 0) throw misbuilt('invalid_graph', `\`${name}\` is a race of nobody.`);
  const twice = children.find(({ block }) => block.effects === 'non_idempotent');
  if (twice !== undefined)
    throw misbuilt(
      'non_idempotent_side_effect',
      `\`${name}\` races \`${twice.node}\`, whose effect must not happen beside another's; declare its effects, or do not race it.`,
    );
  return defineBlock({
    name,
    kind: 'race',
    ...inherited(children.map(({ block }) => block)),
    body: { type: 'race', children },
  });
}

interface EachOptions extends AllOptions {
  /** The most items that are taken, for the worst case; 1,000 when left out. */
  readonly maxItems?: number;
}

/** The same block for every item of a list: `each('summaries', summarise, { concurrency: 4 })`. */
export function each<Payload, Output>(
  name: string,
  block: Block<Payload, Output>,
  { concurrency = Number.POSITIVE_INFINITY, maxItems = 1000 }: EachOptions = {},
): Block<readonly Payload[], Output[]> {
  checkWidth(name, concurrency);
  checkCount(name, 'maxItems', maxItems);
  return defineBlock({
    name,
    kind: 'each',
    ...inherited([block]),
    body: { type: 'each', block, concurrency, maxItems },
  });
}

interface LoopOptions<State> {
  /** Pure. `round` counts from 1. */
  readonly until: (state: State, round: number) => boolean;
  /** Reached without `until` being true, it is a failure. */
  readonly max: number;
}

/** Its output is its next payload: `loop('polish', edit, { until: (text) => text.length < 600, max: 3 })`. */
export function loop<State>(
  name: string,
  block: Block<State, State>,
  { until, max }: LoopOptions<State>,
): Block<State, State> {
  checkCount(name, 'max', max);
  return defineBlock({
    name,
    kind: 'loop',
    ...inherited([block]),
    body: { type: 'loop', block, until: until as (state: never, round: number) => boolean, max },
  });
}

interface Case<Payload> {
  readonly name: string;
  /** Pure. */
  readonly when: (payload: Payload) => boolean;
  readonly block: Block<Payload, unknown>;
}

/** The first case that holds, or the last argument where none does. */
export function branch<Payload, Output, const Cases extends readonly Case<Payload>[]>(
  name: string,
  cases: Cases & readonly Case<Payload>[],
  otherwise: Block<Payload, Output>,
): Block<Payload, OutputOf<Cases[number]['block']> | Output> {
  const named = cases.map(({ name: node, when, block }) => ({
    node,
    when: when as (payload: never) => boolean,
    block: block as AnyBlock,
  }));
  const names = [...named.map(({ node }) => node), 'otherwise'];
  const double = names.find((node, index) => names.indexOf(node) !== index);
  if (double !== undefined)
    throw misbuilt(
      'invalid_graph',
      `\`${name}\` has two cases of the name \`${double}\`; give each its own.`,
    );
  return defineBlock({
    name,
    kind: 'branch',
    ...inherited([...named.map(({ block }) => block), otherwise]),
    body: { type: 'branch', cases: named, otherwise },
  });
}

interface FlowOptions<Payload, Inner> {
  /** Pure: makes the payload of the block inside. */
  readonly input?: (payload: Payload) => Inner;
  /** Keys of the context around it that the block inside may see. */
  readonly context?: readonly string[];
}

/** A flow inside another, under a name of its own. */
export function flow<Inner, Output, Payload = Inner>(
  name: string,
  block: Block<Inner, Output>,
  { input, context = [] }: FlowOptions<Payload, Inner> = {},
): Block<Payload, Output> {
  return defineBlock({
    name,
    kind: 'flow',
    ...inherited([block]),
    body: {
      type: 'flow',
      node: block.name,
      block,
      ...(input && { input: input as (payload: never) => unknown }),
      ...(context.length > 0 && {
        pick: (around) => Object.fromEntries(Object.entries(around).filter(([key]) => context.includes(key))),
      }),
    },
  });
}

/** Blocks of one name are told apart by their number: `edit`, `edit#2`. */
function nameChildren(blocks: readonly AnyBlock[]): Child[] {
  const seen = new Map<string, number>();
  return blocks.map((block) => {
    const times = (seen.get(block.name) ?? 0) + 1;
    seen.set(block.name, times);
    return { node: times === 1 ? block.name : `${block.name}#${times}`, block };
  });
}

/** What a composite is because of its children. */
export function inherited(blocks: readonly AnyBlock[]): {
  readonly effects: ReturnType<typeof worstEffects>;
  readonly manages: readonly string[];
  readonly warnings: readonly BuildWarning[];
} {
  return {
    effects: worstEffects(blocks.map(({ effects }) => effects)),
    // A retry around the whole repeats what its parts repeat.
    manages: [...new Set(blocks.flatMap(({ manages }) => manages))],
    warnings: [...new Set(blocks.flatMap(({ warnings }) => warnings))],
  };
}

function checkWidth(name: string, concurrency: number): void {
  if (concurrency === Number.POSITIVE_INFINITY || (Number.isSafeInteger(concurrency) && concurrency >= 1))
    return;
  throw misbuilt('invalid_graph', `\`${name}\` must run a whole number of blocks at once, at least 1.`);
}

function checkCount(name: string, field: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw misbuilt('invalid_graph', `\`${field}\` of \`${name}\` must be a whole number, at least 1.`);
}

function misbuilt(reason: Reason, message: string): BlockError {
  return new BlockError({ reason, errorType: 'graph', effect: 'not_started' }, message);
}
