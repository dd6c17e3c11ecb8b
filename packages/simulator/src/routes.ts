/**
 * Which path speaks which dialect. The dialects say themselves where their callers knock; paths match at their end, so that
 * any prefix is served, such as `/openai/deployments/NAME/chat/completions` for Azure.
 */
import { dialects, embedDialects, matchPath, rerankDialects } from '@keelson/core';
import {
  besideClaude,
  createChatEndpoint,
  createEmbedEndpoint,
  createHearing,
  createImages,
  createRerankEndpoint,
  createStored,
  type Endpoint,
  models,
  moderations,
  speech,
} from './endpoints/index.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As people see it, and as it is matched. */
  readonly path: string;
  readonly endpoint: Endpoint;
}

interface Reachable {
  readonly inbound: { readonly paths: readonly string[] };
}

export function createRoutes(seed: number): readonly Route[] {
  const routes = [
    ...routesOf(dialects, (dialect) => createChatEndpoint(dialect, seed)),
    ...routesOf(embedDialects, createEmbedEndpoint),
    ...routesOf(rerankDialects, createRerankEndpoint),
    ...mediaRoutes,
    ...createStored(),
    { method: 'GET', path: '/models', endpoint: models } as const,
  ];
  // The longest says most: `/chat/completions` is not `/completions`.
  return routes.map(withOthers).toSorted((one, other) => other.path.length - one.path.length);
}

const post = (path: string, endpoint: Endpoint): Route => ({ method: 'POST', path, endpoint });

const mediaRoutes: readonly Route[] = [
  post('/moderations', moderations),
  post('/images/generations', createImages('image_generation')),
  post('/images/edits', createImages('image_edit')),
  post('/audio/transcriptions', createHearing('transcriptions')),
  post('/audio/translations', createHearing('translations')),
  post('/audio/speech', speech),
];

/** Clouds have one address for the formats of all makers. */
function withOthers(route: Route): Route {
  const isShared =
    route.endpoint.name === 'anthropic-messages' && /:\w*rawPredict$|\/invoke/i.test(route.path);
  return isShared ? { ...route, endpoint: besideClaude(route.endpoint, route.path) } : route;
}

function routesOf<AnyDialect extends Reachable>(
  named: Readonly<Record<string, AnyDialect>>,
  open: (dialect: AnyDialect) => Endpoint,
): Route[] {
  return Object.values(named).flatMap((dialect) => {
    const endpoint = open(dialect);
    return dialect.inbound.paths.map((path): Route => ({ method: 'POST', path, endpoint }));
  });
}

export function findRoutes(routes: readonly Route[], path: string): readonly Route[] {
  return routes.filter((route) => matchPath(route.path, path) !== undefined);
}
