/** What the gateway needs to know of flows so that callers may ask them like models; whoever keeps flows provides it. */
import type { AnyBlock } from '@keelson/core';
import type { BlockEnvironment } from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';

/** Flows that callers may ask like models. */
export interface FlowModels {
  /** Undefined where the workspace has no such flow. */
  find(name: string, identity: Identity): Promise<FlowModel | undefined>;
  list(identity: Identity): Promise<readonly ListedFlow[]>;
}

export interface ListedFlow {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface FlowModel {
  readonly block: AnyBlock;
  /** What it runs in. Calls to models are made on behalf of whoever asks, whatever `callModel` is here. */
  readonly environment: BlockEnvironment;
  /**
   * What it is given: the text of the user's last message, or `{ text, messages }` with that text and all messages as
   * `{ role, text }`.
   */
  readonly takes: 'text' | 'conversation';
}
