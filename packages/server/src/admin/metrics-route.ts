// GET /metrics: the figures of the whole server for Prometheus, for whoever has the key for them.
import { KeelsonError } from '@keelson/core';
import { type Engine, type ProcessMetrics, readProcessMetrics, renderMetrics } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { hashKey, presentedKey } from '../auth/index.ts';
import { type AllMetrics, secureAnswers } from '../http/index.ts';

export interface MetricsRoute {
  /** SHA-256 of the key for metrics; undefined where everybody may read them. */
  keySha256(): string | undefined;
  /** Of all processes of this server. */
  collect(): Promise<AllMetrics>;
}

export function registerMetrics(app: FastifyInstance, metrics: MetricsRoute): void {
  app.register(async (part) => {
    secureAnswers(part);
    part.get('/metrics', async (request, reply) => {
      const shown = presentedKey(request.headers, {});
      const keySha256 = metrics.keySha256();
      if (keySha256 !== undefined && (shown === undefined || hashKey(shown) !== keySha256)) throw refused();
      const { processes, answered, missing } = await metrics.collect();
      const workers = { keelson_workers: countWorkers(answered, missing) };
      const { contentType, text } = await renderMetrics([...processes, { samples: workers, process: [] }]);
      return reply.type(contentType).send(text);
    });
  });
}

function countWorkers(answered: number, missing: number): [[string], number][] {
  return [
    [['answered'], answered],
    [['missing'], missing],
  ];
}

function refused(): KeelsonError {
  return new KeelsonError('authentication_failed', 'Metrics are read with a key of their own.', {
    hint: 'Send KEELSON_METRICS_KEY, or without one the first key of the installation, as bearer token.',
  });
}

/** Those of this process. */
export async function collectOwnMetrics(
  { metrics }: Pick<Engine, 'metrics'>,
  worker: string,
): Promise<ProcessMetrics> {
  return { samples: metrics?.collect() ?? {}, process: await readProcessMetrics(worker) };
}
