/** Whoever looks on while an engine works: counts for metrics, a tail of calls, and how many are under way. */

import type { Limits } from '../limits/index.ts';
import {
  type CallRecord,
  type CallTail,
  type Clock,
  createCallTail,
  createMetrics,
  type Metrics,
  type PromptCacheWatch,
  type RecordQueue,
  type Samples,
} from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { CardReader, TableRouting } from '../routing/index.ts';

export interface CallWatch {
  readonly metrics: Metrics | undefined;
  readonly tail: CallTail;
  /** Calls that have begun and have no record yet. */
  underWay: number;
  see(record: CallRecord): void;
  /** When all that had begun have their records, but at the latest after a second. */
  settled(): Promise<void>;
}

interface WatchSettings {
  readonly clock: Clock;
  readonly counts: boolean;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly factsOf: CardReader['factsOf'];
}

const beatMs = 10;
const mostBeats = 100;

export function watchCalls({ clock, counts, providers, factsOf }: WatchSettings): CallWatch {
  const tail = createCallTail();
  const isListed = (name: string, model: string): boolean => {
    const provider = providers.get(name);
    return provider !== undefined && factsOf(provider, model) !== undefined;
  };
  const metrics = counts ? createMetrics({ isListed }) : undefined;
  const watch: CallWatch = {
    metrics,
    tail,
    underWay: 0,
    see: (record) => {
      metrics?.add(record);
      if (tail.isWatched) tail.add(record);
    },
    settled: async () => {
      for (let beat = 0; watch.underWay > 0 && beat < mostBeats; beat++) await clock.sleep(beatMs);
    },
  };
  return watch;
}

export interface EngineState extends Pick<CallWatch, 'tail'> {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly routing: Pick<TableRouting, 'states'>;
  readonly limits: Pick<Limits, 'standings' | 'refusals'> | undefined;
  readonly promptCaches: Pick<PromptCacheWatch, 'states'>;
  readonly queues: Readonly<Record<string, Pick<RecordQueue, 'waiting' | 'dropped'> | undefined>>;
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;
const mostCircuits = 300;

/** Has what is not counted but only is told whenever somebody reads metrics. */
export function tellState(
  metrics: Metrics | undefined,
  { providers, routing, limits, promptCaches, queues, tail }: EngineState,
): void {
  metrics?.watch((samples) => {
    for (const { name, load } of providers.values())
      samples.add('keelson_in_flight_requests', [name], load());
    tellCircuits(samples, metrics, routing);
    if (limits !== undefined) tellBudgets(samples, limits);
    for (const { provider, model, isDown } of promptCaches.states()) {
      const labels = [provider, metrics.labelOf(provider, model)];
      samples.add('keelson_prompt_cache_down', labels, Number(isDown));
    }
    for (const [name, queue] of Object.entries(queues)) {
      if (queue === undefined) continue;
      samples.add('keelson_queue_depth', [name], queue.waiting);
      samples.add('keelson_log_dropped_total', [name], queue.dropped);
    }
    samples.add('keelson_log_dropped_total', ['tail'], tail.dropped);
  });
}

/** Whoever is in trouble first, because there is a bound; a circuit that is not told of is closed. */
function tellCircuits(samples: Samples, metrics: Metrics, routing: EngineState['routing']): void {
  const sorted = routing
    .states()
    .toSorted((one, another) => circuitNumbers[another.circuit] - circuitNumbers[one.circuit]);
  for (const { provider, model, circuit } of sorted.slice(0, mostCircuits)) {
    const labels = [provider, metrics.labelOf(provider, model)];
    samples.add('keelson_circuit_state', labels, circuitNumbers[circuit]);
  }
}

const mostBudgets = 200;

/** The fullest first, because there is a bound. Calls at once are under way or over, never spent. */
function tellBudgets(samples: Samples, limits: NonNullable<EngineState['limits']>): void {
  for (const [scope, count] of limits.refusals) samples.add('keelson_budget_blocked_total', [scope], count);
  const sorted = limits
    .standings()
    .filter(({ budget }) => budget.measure !== 'concurrency')
    .toSorted((one, another) => (another.spentRatio ?? -1) - (one.spentRatio ?? -1));
  for (const { budget, spentRatio } of sorted.slice(0, mostBudgets)) {
    const { scope, id, measure, limit } = budget;
    if (spentRatio !== undefined) samples.add('keelson_budget_spent_ratio', [scope, id], spentRatio);
    if (measure === 'money') samples.add('keelson_budget_limit_usd', [scope, id], limit / nanoPerDollar);
  }
}

const nanoPerDollar = 1e9;
