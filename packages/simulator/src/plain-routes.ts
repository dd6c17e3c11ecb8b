/** The routes of embeddings and reranking, made of the paths that the dialects name. Chat has its own. */
import { embedDialects, rerankDialects } from '@keelson/core';
import { createEmbedEndpoint, createRerankEndpoint, type Endpoint } from './endpoints/index.ts';

interface PlainRoute {
  readonly method: 'POST';
  readonly pattern: RegExp;
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
  // The longest first: `/api/embeddings` of one format ends as the `/embeddings` of another.
  return [...embed, ...rerank].sort((a, b) => b.path.length - a.path.length);
}

function routesOf(paths: readonly string[], endpoint: Endpoint): PlainRoute[] {
  return paths.map((path) => {
    const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    const pattern = new RegExp(`${escaped.replace(/\{\w+\}/g, '[^/]+?')}$`);
    return { method: 'POST', pattern, path, endpoint };
  });
}
