// Which rooms answer which routes. Handlers do not belong here; each room registers its own.
import type { FastifyInstance } from 'fastify';
import { type GatewayOptions, registerGateway } from './gateway/index.ts';
import { type HealthOptions, registerHealth } from './http/index.ts';

export type RouteOptions = HealthOptions & GatewayOptions;

export function registerRoutes(app: FastifyInstance, options: RouteOptions): void {
  registerHealth(app, options);
  registerGateway(app, options);
}
