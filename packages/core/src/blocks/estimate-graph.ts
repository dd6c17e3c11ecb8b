/**
 * The estimate of a graph: from every node, what is still to come is the mixture of what its ways lead to. In a graph without
 * cycles that is one walk from the ends to the entry; with cycles it is repeated until nothing changes.
 */
import type { AnyBlock, GraphBody } from './block.ts';
import type { Component, Drafted } from './estimate-draft.ts';
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
import { type WalkGroup, type Ways, walkOrder } from './walk-order.ts';

/** Nodes and ways as numbers: a graph may have thousands of either. */
interface Net extends Ways {
  /** From the ends towards the entry. */
  readonly groups: readonly WalkGroup[];
  readonly isCyclic: boolean;
  /** Of each way, how often it is taken. */
  readonly share: Float64Array;
  readonly entry: number;
  readonly maxSteps: number;
}

export function estimateGraph(block: AnyBlock, body: GraphBody, question: BodyQuestion): Drafted {
  const names = Object.keys(body.nodes);
  const parts = names.map((name): Component => {
    const { block: inner, input } = body.nodes[name] as GraphBody['nodes'][string];
    return [name, question.visit(inner, name === body.entry ? entryPayload(question, input) : {})];
  });
  const list = parts.map(([, part]) => part);
  const net = layOut(body, names, question.own);
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
  const first = new Uint32Array(names.length + 1);
  const to: number[] = [];
  const share: number[] = [];
  names.forEach((name, node) => {
    const own = edges[name] ?? [];
    if (own.length > 0)
      share.push(
        ...sharesOf(
          own.map((edge) => edge.name),
          stats,
        ),
      );
    for (const edge of own) to.push(places.get(edge.to) as number);
    first[node + 1] = to.length;
  });
  const ways = { first, to: Uint32Array.from(to), share: Float64Array.from(share) };
  const from = places.get(entry) as number;
  const groups = walkOrder(from, ways);
  return { ...ways, groups, isCyclic: groups.some((group) => group.isCyclic), entry: from, maxSteps };
}

function spreadOf(net: Net, own: readonly Spread[]): Spread {
  const max = worstPath(net, own);
  const isMeasured = own.every((spread) => spread.isMeasured);
  if (own.some(({ mean }) => mean === null))
    return { mean: null, variance: 0, third: 0, max, isMeasured: false };
  const ahead = lookAhead(net, own);
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

/** Nearer than this share of itself, a mean does not matter. */
const near = 1e-3;

/** From each node, what is still to come: the same mixture as `mixSpreads`, without an object for each node. */
function lookAhead(net: Net, own: readonly Spread[]): Ahead {
  const count = own.length;
  const ahead: Ahead = {
    mean: new Float64Array(count),
    variance: new Float64Array(count),
    third: new Float64Array(count),
  };
  for (const { nodes, isCyclic } of net.groups) {
    const rounds = isCyclic ? net.maxSteps : 1;
    for (let round = 0; round < rounds; round += 1) {
      let change = 0;
      for (const node of nodes) change = Math.max(change, lookFrom(node, own[node] as Spread, net, ahead));
      if (change < near * (1 + (ahead.mean[nodes[0] as number] as number))) break;
    }
  }
  return ahead;
}

/** Tells how much the mean changed. */
function lookFrom(node: number, here: Spread, { first, to, share }: Net, ahead: Ahead): number {
  const from = first[node] as number;
  const end = first[node + 1] as number;
  let mean = 0;
  for (let way = from; way < end; way += 1)
    mean += (share[way] as number) * (ahead.mean[to[way] as number] as number);
  let variance = 0;
  let third = 0;
  for (let way = from; way < end; way += 1) {
    const target = to[way] as number;
    const off = (ahead.mean[target] as number) - mean;
    const spread = ahead.variance[target] as number;
    variance += (share[way] as number) * (spread + off * off);
    third += (share[way] as number) * ((ahead.third[target] as number) + 3 * off * spread + off * off * off);
  }
  const whole = mean + (here.mean as number);
  const change = Math.abs(whole - (ahead.mean[node] as number));
  ahead.mean[node] = whole;
  ahead.variance[node] = variance + here.variance;
  ahead.third[node] = third + here.third;
  return change;
}

/** Beyond, the bound is that of the dearest node at every step: still never too small. */
const mostWork = 300_000;

/** The dearest way through, within the steps that the graph may take. */
function worstPath(net: Net, own: readonly Spread[]): number | null {
  const { groups, isCyclic, maxSteps, entry, to } = net;
  const order = groups.flatMap(({ nodes }) => nodes);
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
    for (const node of order) worst[node] = (weights[node] as number) + dearestOf(node, net, worst);
    return worst[entry] as number;
  }
  if (dearest === 0 || maxSteps * to.length > mostWork) return maxSteps * dearest;
  for (let step = 0; step < maxSteps; step += 1) {
    const next = new Float64Array(own.length);
    for (const node of order) next[node] = (weights[node] as number) + dearestOf(node, net, worst);
    worst = next;
  }
  return worst[entry] as number;
}

function dearestOf(node: number, { first, to }: Net, worst: Float64Array): number {
  let dearest = 0;
  const end = first[node + 1] as number;
  for (let way = first[node] as number; way < end; way += 1)
    dearest = Math.max(dearest, worst[to[way] as number] as number);
  return dearest;
}

function usualNodes({ entry, first, to, share }: Net): Set<number> {
  const usual = new Set([entry]);
  for (const node of usual)
    for (let way = first[node] as number; way < (first[node + 1] as number); way += 1)
      if ((share[way] as number) >= rareShare) usual.add(to[way] as number);
  return usual;
}
