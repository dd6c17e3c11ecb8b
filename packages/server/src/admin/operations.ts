// What whoever runs the server gets of one process of it: health, metrics, who may call, and a stop that loses nothing. Put
// together here from settings, so that starting a server stays a page that can be read at once.
import { type Engine, type Log, type Storage, systemClock } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { createAuthFailures, createRefusalNote, hashKey, type NoteRefusal } from '../auth/index.ts';
import {
  type CorsOrigins,
  createReadiness,
  createSiblings,
  type OperationSettings,
  type Readiness,
  type Siblings,
  stopServer,
} from '../http/index.ts';
import { collectOwnMetrics, type MetricsRoute } from './metrics-route.ts';

export interface OperationParts {
  /** May change in place. */
  readonly settings: OperationSettings;
  readonly engine: Engine;
  readonly storage: Pick<Storage, 'ping'>;
  readonly log: Log;
  readonly version: string;
  /** Opens metrics where no key is set for them. */
  readonly firstKey: string;
  /** Its place among several processes; undefined where it is the only one. */
  readonly place: string | undefined;
}

export interface Operations {
  readonly routes: OperationRoutes;
  /** That the process can be sent calls. */
  sayReady(): void;
  /** Ends the server when its calls have come to their end. */
  stop(app: FastifyInstance): Promise<void>;
}

interface OperationRoutes {
  readonly version: string;
  readonly readiness: Readiness;
  /** As they are at the moment. */
  readonly corsOrigins: () => CorsOrigins;
  readonly noteRefusal: NoteRefusal;
  readonly metrics?: MetricsRoute;
  onWatch(): void;
}

export function openOperations(parts: OperationParts): Operations {
  const { settings, engine, version, place } = parts;
  const siblings = place === undefined ? undefined : findSiblings(engine, place);
  const readiness = watchReadiness(parts);
  const metrics = openMetricsRoute(parts, siblings);
  return {
    routes: {
      version,
      readiness,
      corsOrigins: () => settings.corsOrigins,
      noteRefusal: createRefusalNote({
        failures: createAuthFailures({ clock: systemClock }),
        proxies: { isTrusted: (address) => settings.trustedProxies.isTrusted(address) },
        metrics: engine.metrics,
      }),
      onWatch: () => siblings?.sayWatching(),
      ...(metrics && { metrics }),
    },
    sayReady: () => siblings?.sayReady(),
    stop: async (app) => {
      await stopServer(app, {
        clock: systemClock,
        noticeMs: settings.stopNoticeMs,
        limitMs: settings.stopMs,
        underWay: () => engine.underWay(),
        onStop: () => readiness.stop(),
      });
      await siblings?.sayLast();
    },
  };
}

function findSiblings(engine: Engine, place: string): Siblings {
  return createSiblings({
    clock: systemClock,
    tail: engine.tail,
    collect: () => (engine.metrics === undefined ? undefined : collectOwnMetrics(engine, place)),
  });
}

function watchReadiness({ engine, storage, log }: OperationParts): Readiness {
  return createReadiness({
    clock: systemClock,
    log,
    ping: () => storage.ping(),
    circuits: () => {
      const states = engine.routing.states().map(({ circuit }) => circuit);
      const count = (wanted: string): number => states.filter((state) => state === wanted).length;
      return { open: count('open'), half_open: count('half-open') };
    },
    waiting: () => engine.waiting(),
  });
}

function openMetricsRoute(
  { settings, engine, version, firstKey, place = '0' }: OperationParts,
  siblings: Siblings | undefined,
): MetricsRoute | undefined {
  if (settings.metrics === 'off') return undefined;
  engine.metrics?.watch((samples) => samples.add('keelson_build_info', [version, process.version], 1));
  return {
    keySha256: () => {
      const { metrics, metricsKey = firstKey } = settings;
      return metrics === 'open' ? undefined : hashKey(metricsKey);
    },
    collect: async () =>
      (await siblings?.metrics()) ?? {
        processes: [await collectOwnMetrics(engine, place)],
        answered: 1,
        missing: 0,
      },
  };
}
