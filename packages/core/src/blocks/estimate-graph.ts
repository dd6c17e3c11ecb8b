/**
 * The estimate of a graph: from every node, what is still to come is the mixture of what its ways lead to. In a graph without
 * cycles that is one walk from the ends to the entry; with cycles it is repeated until nothing changes.
 */
import type { AnyBlock, GraphBody } from './block.ts';
import type { Drafted } from './estimate-draft.ts';
import {
  type Amounts,
  type BodyQuestion,
  combine,
  derive,
  type KnownPayload,
  knownPayload,
  rareShare,
  sharesOf,
} from './estimate-parts.ts';
import type { Spread } from './spread.ts';

interface Net {
  /** From the ends towards the entry, as far as there is such an order. */
  readonly order: readonly number[];
  readonly isCyclic: boolean;
  /** By node, in the order of the definition. */
  readonly ways: readonly (readonly { readonly to: number; readonly share: number }[])[];
  readonly entry: number;
  readonly maxSteps: number;
}

export function estimateGraph(block: AnyBlock, body: GraphBody, question: BodyQuestion): Drafted {
  const names = Object.keys(body.nodes);
  const parts: Record<string, Drafted> = {};
  const list = names.map((name) => {
    const { block: inner, input } = body.nodes[name] as GraphBody['nodes'][string];
    const part = question.visit(inner, name === body.entry ? entryPayload(question, input) : {});
    parts[name] = part;
    return part;
  });
  const net = layOut(body, names, question.stats.findStats(block.key));
  const amounts: Amounts = combine((read) => spreadOf(net, list.map(read)));
  const usual = usualNodes(net);
  const notes = net.isCyclic ? [`cycles of at most ${body.maxSteps} steps`] : [];
  return derive(block, parts, amounts, { notes, counted: list.filter((_, index) => usual.has(index)) });
}

function entryPayload(
  question: BodyQuestion,
  input: GraphBody['nodes'][string]['input'] | undefined,
): KnownPayload {
  if (!('payload' in question) || input === undefined) return knownPayload(question);
  const { payload } = question;
  try {
    return { payload: input({ request: payload, previous: payload, outputs: {} }) };
  } catch {
    return {};
  }
}

function layOut(
  { entry, edges, maxSteps }: GraphBody,
  names: readonly string[],
  stats: Parameters<typeof sharesOf>[1],
): Net {
  const places = new Map(names.map((name, index) => [name, index]));
  const ways = names.map((name) => {
    const own = edges[name] ?? [];
    const shares = sharesOf(
      own.map((edge) => edge.name),
      stats,
    );
    return own.map(({ to }, index) => ({ to: places.get(to) as number, share: shares[index] as number }));
  });
  const from = places.get(entry) as number;
  return { ...orderFrom(from, ways), ways, entry: from, maxSteps };
}

/** Depth first without recursion, because a chain may be long. */
function orderFrom(entry: number, ways: Net['ways']): Pick<Net, 'order' | 'isCyclic'> {
  const order: number[] = [];
  const state = new Uint8Array(ways.length);
  const next = new Uint32Array(ways.length);
  const stack = [entry];
  let isCyclic = false;
  state[entry] = 1;
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const way = ways[node]?.[next[node] as number];
    next[node] = (next[node] as number) + 1;
    if (way === undefined) {
      state[node] = 2;
      order.push(node);
      stack.pop();
    } else if (state[way.to] === 1) isCyclic = true;
    else if (state[way.to] === 0) {
      state[way.to] = 1;
      stack.push(way.to);
    }
  }
  return { order, isCyclic };
}

function spreadOf(net: Net, own: readonly Spread[]): Spread {
  const max = worstPath(net, own);
  const isMeasured = net.order.every((node) => own[node]?.isMeasured);
  if (net.order.some((node) => own[node]?.mean === null))
    return { mean: null, variance: 0, third: 0, max, isMeasured: false };
  const count = own.length;
  const ahead = {
    mean: new Float64Array(count),
    variance: new Float64Array(count),
    third: new Float64Array(count),
  };
  const rounds = net.isCyclic ? net.maxSteps : 1;
  for (let round = 0; round < rounds; round += 1) {
    const change = lookAhead(net, own, ahead);
    if (change < 1e-6 * (1 + (ahead.mean[net.entry] as number))) break;
  }
  return {
    mean: ahead.mean[net.entry] as number,
    variance: ahead.variance[net.entry] as number,
    third: ahead.third[net.entry] as number,
    max,
    isMeasured,
  };
}

interface Ahead {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly third: Float64Array;
}

/** One walk; gives back how much the means changed. The same mixture as `mixSpreads`, without an object for each node. */
function lookAhead({ order, ways }: Net, own: readonly Spread[], ahead: Ahead): number {
  let change = 0;
  for (const node of order) {
    const here = own[node] as Spread;
    let mean = 0;
    for (const { to, share } of ways[node] ?? []) mean += share * (ahead.mean[to] as number);
    let variance = 0;
    let third = 0;
    for (const { to, share } of ways[node] ?? []) {
      const off = (ahead.mean[to] as number) - mean;
      variance += share * ((ahead.variance[to] as number) + off * off);
      third += share * ((ahead.third[to] as number) + 3 * off * (ahead.variance[to] as number) + off ** 3);
    }
    const whole = mean + (here.mean as number);
    change = Math.max(change, Math.abs(whole - (ahead.mean[node] as number)));
    ahead.mean[node] = whole;
    ahead.variance[node] = variance + here.variance;
    ahead.third[node] = third + here.third;
  }
  return change;
}

/** Beyond, the bound is that of the dearest node at every step: still never too small. */
const mostWork = 3_000_000;

/** The dearest way through, within the steps that the graph may take. */
function worstPath({ order, ways, isCyclic, maxSteps, entry }: Net, own: readonly Spread[]): number | null {
  const weights = new Float64Array(own.length);
  let dearest = 0;
  for (const node of order) {
    const max = own[node]?.max ?? null;
    if (max === null) return null;
    weights[node] = max;
    dearest = Math.max(dearest, max);
  }
  let worst = new Float64Array(own.length);
  if (!isCyclic) {
    for (const node of order) worst[node] = (weights[node] as number) + dearestOf(ways[node], worst);
    return worst[entry] as number;
  }
  const edges = ways.reduce((sum, list) => sum + list.length, 0);
  if (maxSteps * edges > mostWork) return maxSteps * dearest;
  for (let step = 0; step < maxSteps; step += 1) {
    const next = new Float64Array(own.length);
    for (const node of order) next[node] = (weights[node] as number) + dearestOf(ways[node], worst);
    worst = next;
  }
  return worst[entry] as number;
}

function dearestOf(ways: readonly { readonly to: number }[] | undefined, worst: Float64Array): number {
  let dearest = 0;
  for (const { to } of ways ?? []) dearest = Math.max(dearest, worst[to] as number);
  return dearest;
}

function usualNodes({ entry, ways }: Net): Set<number> {
  const usual = new Set([entry]);
  for (const node of usual)
    for (const { to, share } of ways[node] ?? []) if (share >= rareShare) usual.add(to);
  return usual;
}
