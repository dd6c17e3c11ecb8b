/** The estimate of one attempt, by what is inside the block: a leaf by what is known of it, a composite by its parts. */
import type {
  AllBody,
  AnyBlock,
  BranchBody,
  Child,
  EachBody,
  FlowBody,
  LoopBody,
  RaceBody,
  SeqBody,
} from './block.ts';
import type { Component, Drafted } from './estimate-draft.ts';
import { estimateGraph } from './estimate-graph.ts';
import { estimateLeaf } from './estimate-leaf.ts';
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
import {
  addSpreads,
  mixSpreads,
  nothingSpread,
  repeatSpread,
  type Spread,
  slowestSpread,
  type Times,
} from './spread.ts';

export function estimateBody(block: AnyBlock, question: BodyQuestion): Drafted {
  const { body } = block;
  switch (body.type) {
    case 'leaf':
      return estimateLeaf(block, body, question);
    case 'seq':
      return estimateSeq(block, body, question);
    case 'all':
      return estimateAll(block, body, question);
    case 'race':
      return estimateRace(block, body, question);
    case 'branch':
      return estimateBranch(block, body, question);
    case 'loop':
      return estimateLoop(block, body, question);
    case 'each':
      return estimateEach(block, body, question);
    case 'flow':
      return estimateFlow(block, body, question);
    case 'graph':
      return estimateGraph(block, body, question);
  }
}

function visitAll(children: readonly Child[], question: BodyQuestion): Component[] {
  const known = knownPayload(question);
  return children.map(({ node, block }) => [node, question.visit(block, known)]);
}

const sumOf = (parts: readonly Drafted[]): Amounts =>
  combine((read) => parts.reduce((sum, part) => addSpreads(sum, read(part)), nothingSpread));

function estimateSeq(block: AnyBlock, { children }: SeqBody, question: BodyQuestion): Drafted {
  // What goes into the later ones is known only when the earlier ones have run.
  const parts = children.map(({ block: child }, index) =>
    question.visit(child, index === 0 ? knownPayload(question) : {}),
  );
  const named = children.map(({ node }, index): Component => [node, parts[index] as Drafted]);
  return derive(block, named, sumOf(parts));
}

const slowestNote = 'parallel latency = slowest branch';

function estimateAll(block: AnyBlock, { children, concurrency }: AllBody, question: BodyQuestion): Drafted {
  const parts = visitAll(children, question);
  const list = parts.map(([, part]) => part);
  const sum = sumOf(list);
  if (concurrency === 1) return derive(block, parts, sum);
  const time = slowestSpread(list.map((part) => part.time));
  return derive(block, parts, { ...sum, time: { ...time, isMeasured: false } }, { notes: [slowestNote] });
}

/** Everybody is paid, and the fastest decides how long it takes. */
function estimateRace(block: AnyBlock, { children }: RaceBody, question: BodyQuestion): Drafted {
  const parts = visitAll(children, question);
  const list = parts.map(([, part]) => part);
  const time = list
    .map((part) => part.time)
    .reduce((fastest, part) => ((part.mean ?? 0) < (fastest.mean ?? 0) ? part : fastest));
  const worst = slowestSpread(list.map((part) => part.time)).max;
  const amounts = { ...sumOf(list), time: { ...time, max: worst, isMeasured: false } };
  return derive(block, parts, amounts, { notes: ['race latency = fastest branch'] });
}

function estimateBranch(block: AnyBlock, { cases, otherwise }: BranchBody, question: BodyQuestion): Drafted {
  const children = [...cases, { node: 'otherwise', block: otherwise }];
  const parts = visitAll(children, question);
  const list = parts.map(([, part]) => part);
  const shares = sharesOf(
    parts.map(([node]) => node),
    question.own,
  );
  const amounts = combine((read) =>
    mixSpreads(list.map((part, index) => ({ share: shares[index] as number, spread: read(part) }))),
  );
  const counted = list.filter((_, index) => (shares[index] as number) >= rareShare);
  const told = shares
    .map((share, index) => `${children[index]?.node} ${Math.round(share * 100)} %`)
    .join(', ');
  return derive(block, parts, amounts, { notes: [`branch weights: ${told}`], counted });
}

function estimateLoop(block: AnyBlock, { block: inner, max }: LoopBody, question: BodyQuestion): Drafted {
  const part = question.visit(inner, {});
  const rounds = question.own?.rounds;
  const isSeen = rounds !== undefined && rounds.n > 0;
  const times: Times = isSeen
    ? { mean: rounds.mean, variance: rounds.n < 2 ? 0 : rounds.m2 / (rounds.n - 1), max }
    : { mean: max, variance: 0, max };
  const note = isSeen ? `${times.mean.toFixed(1)} rounds as observed` : `assumes ${max} rounds`;
  const amounts = combine((read) => repeatSpread(read(part), times));
  return derive(block, [['body', part]], amounts, { notes: [note] });
}

/** Above so many items, they are taken to be like the first of them. */
const mostItemsLookedAt = 100;

function estimateEach(block: AnyBlock, body: EachBody, question: BodyQuestion): Drafted {
  const { payload } = question;
  const items = Array.isArray(payload) ? (payload as readonly unknown[]) : undefined;
  if (items !== undefined && items.length <= mostItemsLookedAt) {
    const parts = items.map((item) => question.visit(body.block, { payload: item }));
    const sum = sumOf(parts);
    const time = timeOfMany(sum.time, parts.length, body.concurrency);
    const shown = parts[0] ?? question.visit(body.block, {});
    return derive(block, [['item', shown]], { ...sum, time }, { notes: [`${items.length} items`] });
  }
  const part = question.visit(body.block, {});
  const rounds = question.own?.rounds;
  const seen = rounds !== undefined && rounds.n > 0 ? rounds.mean : 1;
  const mean = items?.length ?? seen;
  const variance =
    items !== undefined || rounds === undefined || rounds.n < 2 ? 0 : rounds.m2 / (rounds.n - 1);
  const times: Times = { mean, variance, max: items?.length ?? body.maxItems };
  const sum = combine((read) => repeatSpread(read(part), times));
  const amounts = { ...sum, time: timeOfMany(sum.time, mean, body.concurrency) };
  return derive(block, [['item', part]], amounts, { notes: [`assumes ${Math.round(mean)} items`] });
}

function timeOfMany(sum: Spread, count: number, concurrency: number): Spread {
  const width = Math.max(1, Math.min(concurrency, count));
  if (width === 1) return sum;
  return {
    mean: sum.mean === null ? null : sum.mean / width,
    variance: sum.variance / width ** 2,
    third: sum.third / width ** 3,
    max: sum.max,
    isMeasured: false,
  };
}

function estimateFlow(
  block: AnyBlock,
  { node, block: inner, input }: FlowBody,
  question: BodyQuestion,
): Drafted {
  const part = question.visit(inner, mapKnown(question, input));
  return derive(block, [[node, part]], part);
}

/** What a pure mapping makes of a known payload; nothing is known where it cannot deal with it. */
function mapKnown(question: KnownPayload, input: ((payload: never) => unknown) | undefined): KnownPayload {
  if (!('payload' in question) || input === undefined) return knownPayload(question);
  try {
    return { payload: input(question.payload as never) };
  } catch {
    return {};
  }
}
