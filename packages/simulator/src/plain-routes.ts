/** The routes of embeddings and reranking, made of the paths that the dialects name. Chat has its own. */
import { embedDialects, rerankDialects } from '@keelson/core';
import { createEmbedEndpoint, createRerankEndpoint, type Endpoint } from './endpoints/index.ts';

interface PlainRoute {
  readonly method: 'POST';
  readonly path: string;
  readonly endpoint: Endpoint;
}

export function createPlainRoutes(): readonly PlainRoute[] {
  const embed = Object.values(embedDialects).flatMap((dialect) =>
    routesOf(dialect.inbound.paths, createEmbedEndpoint(dialect)),
  );
  const rerank = Object.values(rerankDialects).flatMap((dialect) =>
    routesOf(dialect.inbound.paths, createRerankEndpoint(dialect)),
  );
  return [...embed, ...rerank];
}

function routesOf(paths: readonly string[], endpoint: Endpoint): PlainRoute[] {
  return paths.map((path) => ({ method: 'POST', path, endpoint }));
}
