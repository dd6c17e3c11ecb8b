// Which rooms answer which routes. Handlers do not belong here; each room registers its own.
import type { FastifyInstance } from 'fastify';
import { type ApiParts, type MetricsRoute, registerApi, registerMetrics } from './admin/index.ts';
import { type GatewayOptions, registerGateway } from './gateway/index.ts';
import { type HealthOptions, registerHealth } from './http/index.ts';
import { type RealtimeOptions, registerRealtime } from './realtime/index.ts';

export interface RouteOptions extends HealthOptions, GatewayOptions, RealtimeOptions {
  /** Without it, nobody reads metrics. */
  readonly metrics?: MetricsRoute;
  /** Without it, nobody manages anything. */
  readonly api?: ApiParts;
}

export function registerRoutes(app: FastifyInstance, options: RouteOptions): void {
  registerHealth(app, options);
  if (options.metrics !== undefined) registerMetrics(app, options.metrics);
  if (options.api !== undefined) registerApi(app, options.api);
  registerGateway(app, options);
  registerRealtime(app, options);
}
