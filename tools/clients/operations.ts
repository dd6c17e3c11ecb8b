/** The operations of a described API, as the generators of clients want them: nothing of one language is here. */

export interface JsonType {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly (string | null)[];
  readonly items?: JsonType;
  readonly properties?: Readonly<Record<string, JsonType>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonType;
}

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly chapter: string;
  readonly pathNames: readonly string[];
  /** An object of all fields that the query may have; undefined where it has none. */
  readonly query?: JsonType;
  readonly body?: JsonType;
  /** Undefined for what is streamed. */
  readonly answer?: JsonType;
  /** Whether its answers are pages with a cursor. */
  readonly isPaged: boolean;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonType }>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: JsonType;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Description {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

export function operationsOf({ paths }: Description): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(path, method, described)),
  );
}

function toOperation(path: string, method: string, described: DescribedOperation): Operation {
  const { operationId, summary, description, tags, parameters, requestBody, responses } = described;
  const asked = parameters.filter((parameter) => parameter.in === 'query');
  const [good] =
    Object.entries(responses)
      .find(([status]) => status.startsWith('2'))
      ?.slice(1) ?? [];
  const answer = jsonOf(good as Content | undefined);
  const body = jsonOf(requestBody);
  const query: JsonType = {
    type: 'object',
    properties: Object.fromEntries(
      asked.map(({ name, schema, description: says }) => [name, { ...schema, description: says ?? '' }]),
    ),
    required: asked.filter(({ required }) => required).map(({ name }) => name),
  };
  return {
    name: operationId,
    method: method.toUpperCase(),
    path,
    summary,
    description,
    chapter: tags[0] ?? '',
    pathNames: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    ...(asked.length > 0 && { query }),
    ...(body && { body }),
    ...(answer && { answer }),
    isPaged: answer?.properties?.next_cursor !== undefined,
  };
}

function jsonOf(content: Content | undefined): JsonType | undefined {
  return content?.content?.['application/json']?.schema;
}
