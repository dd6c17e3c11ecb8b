// Builds the HTTP application without listening, so that tests can inject requests. Settings, sockets and signals do
// not belong here; they are start.ts's.
import { type FastifyInstance, fastify } from 'fastify';
import { refuse } from './gateway/index.ts';
import { closeUnusedConnections, type SocketLimits, socketOptions } from './http/index.ts';
import { type RouteOptions, registerRoutes } from './routes.ts';

export interface AppOptions extends RouteOptions {
  readonly socketLimits?: Partial<SocketLimits>;
}

export function createApp(options: AppOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    // An address that cannot be read, which no route sees.
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, options),
    ...socketOptions(options.socketLimits),
  });
  closeUnusedConnections(app);
  registerRoutes(app, options);
  return app;
}
