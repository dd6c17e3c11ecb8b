/** A whole answer of any of the three calls becomes vectors; which call it was shows in its fields. */
import type { Json } from '../../json/index.ts';
import {
  checkBound,
  type EmbedResult,
  type EmbedVector,
  hasErrorBody,
  isVector,
  known,
  replyValue,
  type Usage,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { errorFromBody } from './error.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): EmbedResult {
  const body = replyValue(reply.body);
  if (hasErrorBody(body)) throw errorFromBody(reply, body);
  const wire = WireObject.open(body, '', 'lenient');
  const list = wire.list('predictions');
  if (list !== undefined) return parsePredictions(wire, list);
  const counts = wire.record('usageMetadata');
  const usage = counts === undefined ? undefined : parseUsage(counts);
  const vectors = parseEmbeddings(wire);
  return { dialect: name, facts: {}, vectors, ...known({ usage }), ...wire.annotations(name) };
}

function parseEmbeddings(wire: WireObject): readonly EmbedVector[] {
  const one = wire.record('embedding');
  if (one !== undefined) {
    const vector = parseVector(one, 'embedding');
    const truncated = wire.boolean('truncated');
    return [{ ...vector, ...known({ truncated }) }];
  }
  // No inputs, no field: empty lists are left out in this format.
  const embeddings = wire.list('embeddings') ?? [];
  checkBound('inputs', embeddings.length, 'embeddings', 'invalid_response');
  return embeddings.map((embedding, index) => parseVector(embedding, `embeddings[${index}]`));
}

function parseVector(value: Json, path: string): EmbedVector {
  const wire = WireObject.open(value, path, 'lenient');
  return { ...readVector(wire), ...wire.annotations(name) };
}

function readVector(wire: WireObject): EmbedVector {
  const vector = wire.peek('values');
  const isFloats = Array.isArray(vector) && isVector(vector);
  if (isFloats) wire.consume('values');
  const statistics = wire.object('statistics');
  const tokens = statistics?.number('token_count');
  const truncated = statistics?.boolean('truncated');
  return { values: isFloats ? { float: vector } : {}, ...known({ tokens, truncated }) };
}

function parsePredictions(wire: WireObject, list: readonly Json[]): EmbedResult {
  checkBound('inputs', list.length, 'predictions', 'invalid_response');
  const vectors = list.map((prediction, index) => {
    const one = WireObject.open(prediction, `predictions[${index}]`, 'lenient');
    const embeddings = one.object('embeddings');
    return {
      ...(embeddings === undefined ? { values: {} } : readVector(embeddings)),
      ...one.annotations(name),
    };
  });
  const billed = wire.object('metadata')?.number('billableCharacterCount');
  const usage = sumUsage(vectors, billed);
  return { dialect: name, facts: {}, vectors, ...known({ usage }), ...wire.annotations(name) };
}

/** Vertex counts tokens for each input and bills characters for all. */
function sumUsage(vectors: readonly EmbedVector[], billed: number | undefined): Usage | undefined {
  const counts = vectors.flatMap(({ tokens }) => (tokens === undefined ? [] : [tokens]));
  if (counts.length === 0 && billed === undefined) return undefined;
  const total = counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  const units = billed === undefined ? undefined : { billableCharacterCount: billed };
  return { input: known({ total }), output: {}, ...known({ billed: units }) };
}
