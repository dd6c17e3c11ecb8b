// Answers GET /health: whether the process is up, which version it is and for how long it runs. Checks of storage or
// providers do not belong here; this route must answer when everything else is down.
import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  readonly version: string;
  readonly uptimeSeconds: () => number;
}

export function registerHealth(app: FastifyInstance, { version, uptimeSeconds }: HealthOptions): void {
  app.get('/health', () => ({
    status: 'ok',
    version,
    uptime_seconds: Math.floor(uptimeSeconds()),
  }));
}
