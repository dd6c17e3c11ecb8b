// Answers GET /health: whether the process is up, which version it is and for how long it runs; /health/live, the same without
// a word more; and /health/ready, whether it should be sent calls. The first two answer when everything else is down.
import { errorTable } from '@keelson/core';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness.ts';
import { secureAnswers } from './secure-answers.ts';

export interface HealthOptions {
  readonly version: string;
  readonly uptimeSeconds: () => number;
  /** Without it, whoever is up is ready. */
  readonly readiness?: Readiness;
}

export function registerHealth(
  app: FastifyInstance,
  { version, uptimeSeconds, readiness }: HealthOptions,
): void {
  app.register(async (health) => {
    secureAnswers(health);
    health.get('/health', () => ({
      status: 'ok',
      version,
      uptime_seconds: Math.floor(uptimeSeconds()),
    }));
    health.get('/health/live', () => ({ status: 'ok' }));
    health.get('/health/ready', async (_, reply) => {
      const report = (await readiness?.check()) ?? { status: 'ready' };
      return reply.status(report.status === 'ready' ? 200 : unavailable).send(report);
    });
  });
}

const unavailable = errorTable.provider_unavailable.status;
