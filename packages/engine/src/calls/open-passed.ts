/** Reads of a call that passes in its vendor's own format what must be known of it: the model, and what it can use at most. */
import { isJsonObject, KeelsonError, parseJson } from '@keelson/core';
import {
  type BatchShare,
  fieldNamed,
  fieldsOf,
  findPassedWay,
  type PassedContent,
  type PassedEndpoint,
  type PassedWay,
  readMultipart,
} from '../passing/index.ts';
import type { Target } from '../routing/index.ts';
import type { AskedCall } from './asked-call.ts';

export interface PassedCall {
  readonly endpoint: PassedEndpoint;
  readonly content: PassedContent;
  /** At the provider; `{model}` stands for the model. */
  readonly path: string;
  readonly way: PassedWay;
  readonly variables: Readonly<Record<string, string>>;
  /** Where it goes, for what has no model. */
  readonly target?: Target;
  /** The provider that its caller named. */
  readonly wanted?: string;
  /** For a new batch: its own lines, and those of batches under way. */
  readonly batch?: { readonly shares?: readonly BatchShare[]; readonly others: readonly BatchShare[] };
}

/** A call of which just that has been read. */
interface OpenedPassed {
  readonly asked: AskedCall;
  readonly model: string;
  readonly isStream: boolean;
  readonly isCount: false;
  request(): never;
  readonly passed: PassedCall;
}

export function openPassed(asked: AskedCall, endpoint: PassedEndpoint): OpenedPassed {
  const found = findPassedWay(endpoint, asked.wire.path, asked.wire.method);
  if (found === undefined) throw new KeelsonError('internal_error', 'A call came to the wrong endpoint.');
  const { way, variables } = found;
  const content = (way.method ?? 'POST') === 'POST' ? readContent(asked, endpoint) : noContent;
  const inQuery = endpoint.model === 'query' ? { model: asked.wire.query.model ?? '' } : {};
  const model = modelOf(content, endpoint, { ...variables, ...inQuery });
  return {
    asked,
    model,
    isStream: way.isStream ?? endpoint.isStream(content),
    isCount: false,
    request: () => {
      throw new KeelsonError('internal_error', 'A call that passes was to be understood.');
    },
    passed: { endpoint, content, path: fillPath(way.path, variables), way, variables },
  };
}

const noContent: PassedContent = { fields: {}, length: 0 };

/** All but the model, of which the target has its own name. */
function fillPath(path: string, variables: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = variables[name];
    return name === 'model' || value === undefined ? whole : encodeURIComponent(value);
  });
}

function readContent({ wire, bytes }: AskedCall, { bodies, kind }: PassedEndpoint): PassedContent {
  // To cancel something takes no body.
  if (kind !== undefined && wire.body === '' && bytes === undefined) return noContent;
  const type = wire.headers['content-type'] ?? '';
  const isForm = /^multipart\/form-data\b/i.test(type);
  if (!bodies.includes(isForm ? 'multipart' : 'json')) {
    const wanted = bodies.map((body) => (body === 'json' ? '`application/json`' : '`multipart/form-data`'));
    throw new KeelsonError('invalid_request', `The body must be ${wanted.join(' or ')}.`, {
      hint: 'Say so in `content-type`, with its `boundary` for a form.',
    });
  }
  if (isForm) {
    const multipart = readMultipart(bytes ?? Buffer.from(wire.body), type);
    return { fields: fieldsOf(multipart), multipart, length: multipart.bytes.length };
  }
  const fields = parseJson(wire.body, 'request body');
  if (isJsonObject(fields)) return { fields, length: Buffer.byteLength(wire.body) };
  throw new KeelsonError('invalid_request', 'The body must be a JSON object.');
}

function modelOf(
  { fields, multipart }: PassedContent,
  endpoint: PassedEndpoint,
  variables: Readonly<Record<string, string>>,
): string {
  if (endpoint.model === 'none') return '';
  const inPath = variables.model;
  if (endpoint.model === 'path' && inPath !== undefined) return inPath;
  const model = multipart === undefined ? fields.model : fieldNamed(multipart, 'model');
  const named = model ?? inPath;
  if (typeof named === 'string' && named !== '') return named;
  throw new KeelsonError('invalid_request', 'The request names no `model`.', {
    hint: 'Name an alias, or a model as `provider:model`.',
    details: { field: 'model' },
  });
}
