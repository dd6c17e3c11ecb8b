/**
 * What a block will cost and how long it will take, before it runs: from statistics where there are some, from what is assumed
 * where there are none. Pure, never throws, and gives the same for the same statistics.
 */
import type { AnyBlock, Block } from './block.ts';
import type { BlockStats, StatsReader } from './block-stats.ts';
import { estimateBody } from './estimate-body.ts';
import { type Drafted, type Estimate, finishDraft } from './estimate-draft.ts';
import { failureShareOf } from './estimate-leaf.ts';
import type { KnownPayload } from './estimate-parts.ts';
import { estimateVisit } from './estimate-visit.ts';
import type { FindModel } from './services.ts';

export type { Confidence, Estimate, EstimateSource, Quantity } from './estimate-draft.ts';

/** What estimates are made of. Nothing in it may change while one is made. */
export interface EstimateWorld {
  readonly stats: StatsReader;
  readonly findModel?: FindModel;
}

/** Of `block` given this payload; without one, of any payload. */
export function estimateBlock<Payload, Output>(
  block: Block<Payload, Output>,
  request: { readonly payload?: Payload },
  { stats: given, findModel = () => undefined }: EstimateWorld,
): Estimate {
  const stats = quietly(given);
  const visit = (child: AnyBlock, payload: KnownPayload): Drafted =>
    visitOnce(child, payload, stats.findStats(child.key));
  const visitOnce = (child: AnyBlock, payload: KnownPayload, own: BlockStats | undefined): Drafted =>
    estimateVisit(child, failureShareOf(own), (alias) =>
      estimateBody(child, { ...payload, alias, own, stats, findModel, visit }),
    );
  return finishDraft(visit(block as AnyBlock, request));
}

/** What cannot be read counts as not there, and the estimate says that it knows of no attempts. */
function quietly(stats: StatsReader): StatsReader {
  return {
    findStats: (key) => {
      try {
        return stats.findStats(key);
      } catch {
        return undefined;
      }
    },
  };
}
