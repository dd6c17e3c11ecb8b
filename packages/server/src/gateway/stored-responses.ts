// Answers of the Responses API that are kept here: to be read again and to be removed by their id.
import { type ChatMessage, type ChatRequest, dialects, KeelsonError } from '@keelson/core';
import type { Engine } from '@keelson/engine';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkScope } from '../access/index.ts';
import { type KeyRing, presentedKey } from '../auth/index.ts';

interface StoredResponsesOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
}

type ById = { Params: { id: string } };

export function registerStoredResponses(
  app: FastifyInstance,
  { engine, keys }: StoredResponsesOptions,
): void {
  const workspaceOf = (request: FastifyRequest): string => {
    const identity = keys.identify(
      presentedKey(request.headers, request.query as Record<string, string>),
      request.socket.remoteAddress,
    );
    checkScope(identity, 'calls:create');
    return identity.workspace;
  };
  for (const path of ['/v1/responses/:id', '/openai/v1/responses/:id']) {
    app.get<ById>(path, async (request) => {
      const { id } = request.params;
      const found = await engine.answers?.find(workspaceOf(request), id);
      if (found === undefined) throw unknown(id);
      const { renderResponse } = dialects['openai-responses'].inbound;
      const message = found.message as unknown as ChatMessage;
      return renderResponse(message, found.request as unknown as ChatRequest).value;
    });
    app.delete<ById>(path, async (request) => {
      const { id } = request.params;
      if (!(await engine.answers?.remove(workspaceOf(request), id))) throw unknown(id);
      return { id, object: 'response', deleted: true };
    });
  }
}

function unknown(id: string): KeelsonError {
  return new KeelsonError('not_found', `No stored answer has the id \`${id}\`.`, {
    hint: 'Answers of a provider that speaks the same format are kept by that provider.',
  });
}
