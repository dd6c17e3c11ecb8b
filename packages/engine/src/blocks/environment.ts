/** What running blocks needs from outside, all of it given: time, ids, chance, a log, and the ways to models and hosts. */
import type {
  BlockAttempt,
  CallModel,
  FindModel,
  RequestMetadata,
  SendHttp,
  StatsReader,
} from '@keelson/core';
import {
  type Clock,
  createIds,
  type Log,
  type Random,
  silentLog,
  systemClock,
  systemRandom,
} from '../observability/index.ts';
import { MemoryStats } from './memory-stats.ts';

/** Where attempts are counted, and what estimates are made of. */
export interface StatsStore extends StatsReader {
  /** May throw: a run goes on without. */
  record(attempt: BlockAttempt): void;
  /** Reads what others have counted of these blocks, and of what was asked for since; never rejects. */
  load?(keys: readonly string[]): Promise<void>;
}

/** Hears whatever was thrown, in full. It stays in the process of whoever gave it. */
export type DebugSink = (thrown: unknown, metadata: RequestMetadata) => void;

/** A clock that does not wait may want to know what is a deadline and what is waited for. */
export interface BlockClock extends Clock {
  /** Like `sleep`, for a time that nobody waits for. */
  alarm?(ms: number, signal: AbortSignal): Promise<void>;
}

export interface BlockEnvironment {
  readonly clock: BlockClock;
  /** A UUID of version 7. */
  readonly newId: () => string;
  readonly random: Random;
  readonly log: Log;
  readonly stats: StatsStore;
  readonly callModel: CallModel | undefined;
  readonly findModel: FindModel;
  readonly sendHttp: SendHttp | undefined;
  readonly debugSink: DebugSink | undefined;
}

/** The system's own clock and chance, statistics in memory, no models, no log; each can be given. */
export function createEnvironment(given: Partial<BlockEnvironment> = {}): BlockEnvironment {
  const { clock = systemClock, random = systemRandom } = given;
  return {
    clock,
    random,
    newId: given.newId ?? createIds(clock, random),
    log: given.log ?? silentLog,
    stats: given.stats ?? new MemoryStats(),
    callModel: given.callModel,
    findModel: given.findModel ?? (() => undefined),
    sendHttp: given.sendHttp,
    debugSink: given.debugSink,
  };
}
