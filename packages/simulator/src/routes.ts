/**
 * Which path speaks which dialect: the one file to change when a dialect is added. Paths match at their end, so that any
 * prefix is served, such as `/openai/deployments/NAME/chat/completions` for Azure.
 */
import { dialects } from '@keelson/core';
import { createChatEndpoint, type Endpoint, models } from './endpoints/index.ts';
import { createPlainRoutes } from './plain-routes.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  /** As people see it. */
  readonly path: string;
  readonly endpoint: Endpoint;
}

interface DialectPath {
  readonly dialect: keyof typeof dialects;
  readonly pattern: RegExp;
  readonly path: string;
}

const dialectPaths: readonly DialectPath[] = [
  { dialect: 'openai-chat', pattern: /(?:^|\/)chat\/completions$/, path: '/v1/chat/completions' },
  { dialect: 'anthropic-messages', pattern: /(?:^|\/)messages$/, path: '/v1/messages' },
  {
    dialect: 'anthropic-messages',
    pattern: /(?:^|\/)messages\/count_tokens$/,
    path: '/v1/messages/count_tokens',
  },
];

export function createRoutes(seed: number): readonly Route[] {
  const chat = dialectPaths.map(({ dialect, pattern, path }): Route => {
    return { method: 'POST', pattern, path, endpoint: createChatEndpoint(dialects[dialect], seed) };
  });
  return [
    ...chat,
    { method: 'GET', pattern: /(?:^|\/)models$/, path: '/v1/models', endpoint: models },
    ...createPlainRoutes(),
  ];
}

export function findRoutes(routes: readonly Route[], path: string): readonly Route[] {
  return routes.filter(({ pattern }) => pattern.test(path));
}
