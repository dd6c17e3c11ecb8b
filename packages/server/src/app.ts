// Builds the HTTP application without listening, so that tests can inject requests. Settings, sockets and signals do
// not belong here; they are start.ts's.
import { type FastifyInstance, fastify } from 'fastify';
import { refuse } from './gateway/index.ts';
import {
  allowOrigins,
  type CorsOrigins,
  closeUnusedConnections,
  type SocketLimits,
  socketOptions,
} from './http/index.ts';
import { isRealtime } from './realtime/index.ts';
import { type RouteOptions, registerRoutes } from './routes.ts';

export interface AppOptions extends RouteOptions {
  /** Web pages that may call; none when left out. */
  readonly corsOrigins?: () => CorsOrigins;
  readonly socketLimits?: Partial<SocketLimits>;
}

export function createApp(options: AppOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    // What comes while it ends is answered like everything else; who decides to end sees to what is under way.
    return503OnClosing: false,
    // Names of aliases may be long, and each of their letters may take nine characters of an address.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2000 },
    // An address that cannot be read, which no route sees.
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, options),
    ...socketOptions(options.socketLimits, isRealtime),
  });
  closeUnusedConnections(app);
  if (options.corsOrigins !== undefined) allowOrigins(app, options.corsOrigins);
  registerRoutes(app, options);
  return app;
}
