/** A whole embeddings answer becomes vectors in the order of the inputs. */
import type { Json } from '../../json/index.ts';
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
  const wire = WireObject.open(body, '', 'lenient');
  if (hasErrorBody(body) && !Array.isArray(wire.peek('data'))) throw errorFromBody(reply, body);
  const forms: Record<string, string> = {};
  if (!wire.constant('object', 'list') && !wire.has('object')) forms.object = 'absent';
  const data = wire.required('data', wire.list('data'));
  checkBound('inputs', data.length, 'data', 'invalid_response');
  const usage = wire.record('usage');
  return {
    dialect: name,
    facts: known({ id: wire.string('id'), model: wire.string('model'), createdAt: wire.number('created') }),
    vectors: inOrder(data).map(parseVector),
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    ...wire.annotations(name, forms),
  };
}

/** Hosts that work in parallel may answer out of order; the index tells, where every entry has one of its own. */
function inOrder(data: readonly Json[]): readonly Json[] {
  const ordered: Json[] = [];
  for (const entry of data) {
    const index = (entry as { index?: unknown } | null)?.index;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= data.length)
      return data;
    if (ordered[index] !== undefined) return data;
    ordered[index] = entry;
  }
  return ordered;
}

function parseVector(value: Json, index: number): EmbedVector {
  const wire = WireObject.open(value, `data[${index}]`, 'lenient');
  const forms: Record<string, string> = {};
  if (wire.peek('index') === index) wire.consume('index');
  else if (!wire.has('index')) forms.index = 'absent';
  if (!wire.constant('object', 'embedding') && !wire.has('object')) forms.object = 'absent';
  const vector = wire.peek('embedding');
  if (!isVector(vector)) return { values: {}, ...wire.annotations(name, forms) };
  wire.consume('embedding');
  const values = typeof vector === 'string' ? { base64: vector } : { float: vector };
  return { values, ...wire.annotations(name, forms) };
}
