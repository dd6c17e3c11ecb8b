// The description of the management API as OpenAPI 3.1, made of the routes that answer. It says nothing that is not checked, and
// leaves out nothing that is.
import { apiErrorSchema } from './api-errors.ts';
import type { AnyApiRoute } from './api-route.ts';
import type { JsonSchema } from './schema.ts';
import { apiBase, questionOf, statusesOf } from './serve-api.ts';

export function describeApi(routes: readonly AnyApiRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = `${apiBase}${route.path}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keelson management API',
      version: '1',
      description:
        'Everything that can be managed. Calls of models go to the paths of the vendors, such as /v1/chat/completions, and are described there. What is said here holds for all of /api/v1: fields and operations may come, none goes and none changes its meaning; whatever would is done under /api/v2.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [...new Set(routes.map(({ chapter }) => chapter))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of this installation.' },
      },
      schemas: { Error: apiErrorSchema.json },
      responses: { Error: { description: 'What is wrong and what to do.', ...json(reference) } },
    },
  };
}

const reference = { $ref: '#/components/schemas/Error' };

function describeRoute(route: AnyApiRoute): object {
  const { name, chapter, summary, description, isOpen, body, example } = route;
  return {
    operationId: name,
    tags: [chapter],
    summary,
    description: [description, needsOf(route)].filter(Boolean).join(' '),
    ...(isOpen && { security: [] }),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(body && { requestBody: { required: true, ...json(body.json, example?.body) } }),
    responses: {
      ...Object.fromEntries(statusesOf(route).map((status) => [status, describeAnswer(route)])),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function needsOf({ permission, isOpen }: AnyApiRoute): string {
  if (isOpen) return 'Nobody needs a key for this.';
  return permission === undefined ? 'Every key may ask this.' : `Needs \`${permission}\`.`;
}

function describeAnswer({ answer, streams, summary }: AnyApiRoute): object {
  if (streams === undefined) return { description: summary, ...json(answer?.json ?? { type: 'object' }) };
  const streamed = streams.map((type) => [type, { schema: { type: 'string' } }]);
  return {
    description: summary,
    content: { ...(answer && json(answer.json).content), ...Object.fromEntries(streamed) },
  };
}

function json(schema: object, example?: unknown): { readonly content: object } {
  return { content: { 'application/json': { schema, ...(example !== undefined && { example }) } } };
}

function pathParameters({ path, example }: AnyApiRoute): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(example?.params?.[name] !== undefined && { example: example.params[name] }),
  }));
}

function queryParameters(route: AnyApiRoute): object[] {
  const { properties = {}, required = [] } = questionOf(route);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: schema.description ?? '',
    schema: withoutDescription(schema),
    // Several values of one field stand in it with commas between.
    ...(schema.type === 'array' && { style: 'form', explode: false }),
    ...(route.example?.query?.[name] !== undefined && { example: route.example.query[name] }),
  }));
}

function withoutDescription({ description: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
