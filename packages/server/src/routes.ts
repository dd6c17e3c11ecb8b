// Which rooms answer which routes. Handlers do not belong here; each room registers its own.
import type { FastifyInstance } from 'fastify';
import { type MetricsRoute, registerMetrics, registerTail, type TailRoute } from './admin/index.ts';
import { type GatewayOptions, registerGateway } from './gateway/index.ts';
import { type HealthOptions, registerHealth } from './http/index.ts';
import { type RealtimeOptions, registerRealtime } from './realtime/index.ts';

export interface RouteOptions extends HealthOptions, GatewayOptions, TailRoute, RealtimeOptions {
  /** Without it, nobody reads metrics. */
  readonly metrics?: MetricsRoute;
}

export function registerRoutes(app: FastifyInstance, options: RouteOptions): void {
  registerHealth(app, options);
  if (options.metrics !== undefined) registerMetrics(app, options.metrics);
  registerTail(app, options);
  registerGateway(app, options);
  registerRealtime(app, options);
}
