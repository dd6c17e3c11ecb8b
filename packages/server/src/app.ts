// Builds the HTTP application without listening, so that tests can inject requests. Settings, sockets and signals do
// not belong here; they are start.ts's.
import { type FastifyInstance, fastify } from 'fastify';
import { closeUnusedConnections } from './http/index.ts';
import { type RouteOptions, registerRoutes } from './routes.ts';

export function createApp(options: RouteOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: 'idle' });
  closeUnusedConnections(app);
  registerRoutes(app, options);
  return app;
}
