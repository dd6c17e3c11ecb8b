/**
 * Which path speaks which dialect. The dialects say themselves where their callers knock; paths match at their end, so that
 * any prefix is served, such as `/openai/deployments/NAME/chat/completions` for Azure.
 */
import { dialects, matchPath } from '@keelson/core';
import { createChatEndpoint, type Endpoint, embeddings, models, rerank } from './endpoints/index.ts';
import { dialects } from '@keelson/core';
import { createChatEndpoint, type Endpoint, models } from './endpoints/index.ts';
import { createPlainRoutes } from './plain-routes.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** As people see it, and as it is matched. */
  readonly path: string;
  readonly endpoint: Endpoint;
}

export function createRoutes(seed: number): readonly Route[] {
  const chat = Object.values(dialects).flatMap((dialect) => {
    const endpoint = createChatEndpoint(dialect, seed);
    return dialect.inbound.paths.map((path): Route => ({ method: 'POST', path, endpoint }));
  });
  const others: readonly Route[] = [
    { method: 'GET', path: '/models', endpoint: models },
    { method: 'POST', path: '/embeddings', endpoint: embeddings },
    { method: 'POST', path: '/rerank', endpoint: rerank },
  return [
    ...chat,
    { method: 'GET', pattern: /(?:^|\/)models$/, path: '/v1/models', endpoint: models },
    ...createPlainRoutes(),
  ];
  // The longest says most: `/chat/completions` is not `/completions`.
  return [...chat, ...others].toSorted((one, other) => other.path.length - one.path.length);
}

export function findRoutes(routes: readonly Route[], path: string): readonly Route[] {
  return routes.filter((route) => matchPath(route.path, path) !== undefined);
}
