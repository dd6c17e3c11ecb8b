/** What the attempts of one visit of a node share, and what one of them came to. */
import type { AnyBlock, BlockRequest, BlockResponse, Effects, JsonObject, Spending } from '@keelson/core';
import type { Frame } from './frame.ts';
import type { RunBudget } from './run-budget.ts';

/** One visit of a node: all its attempts share this. */
export interface Visit {
  readonly parent: Frame;
  readonly node: string;
  readonly block: AnyBlock;
  readonly path: string;
  readonly context: JsonObject;
  readonly budget: RunBudget | undefined;
  /** So far. */
  attempts: number;
  /** The alias that a fallback chose. */
  alias: string | undefined;
  /** By all attempts so far. */
  spent: Required<Spending>;
}

export interface Attempted {
  readonly request: BlockRequest<unknown>;
  readonly response: BlockResponse<unknown>;
  /** The worst class of what has begun. */
  readonly touched: Effects;
}
