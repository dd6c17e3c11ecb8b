/** A whole answer of either endpoint becomes vectors. */
import {
  checkBound,
  type EmbedResult,
  type EmbedVector,
  hasErrorBody,
  isVector,
  known,
  replyValue,
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
  const vectors = parseVectors(wire);
  const usage = parseUsage(wire);
  return {
    dialect: name,
    facts: known({ model: wire.string('model') }),
    vectors,
    ...known({ usage }),
    ...wire.annotations(name),
  };
}

function parseVectors(wire: WireObject): readonly EmbedVector[] {
  const one = wire.peek('embedding');
  if (Array.isArray(one) && isVector(one)) {
    wire.consume('embedding');
    return one.length === 0 ? [] : [{ values: { float: one } }];
  }
  const embeddings = wire.required('embeddings', wire.peek('embeddings'));
  if (!Array.isArray(embeddings) || !embeddings.every((entry) => Array.isArray(entry) && isVector(entry)))
    return [];
  wire.consume('embeddings');
  checkBound('inputs', embeddings.length, 'embeddings', 'invalid_response');
  return (embeddings as number[][]).map((float) => ({ values: { float } }));
}
