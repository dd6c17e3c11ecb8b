/** A whole rerank answer becomes scores: `results` of Cohere, Jina and llama.cpp, or `data` of Voyage. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  checkBound,
  known,
  type RerankDocument,
  type RerankResult,
  type RerankResultItem,
  replyValue,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { errorFromBody } from './error.ts';
import { parseMeta, parseUsage } from './usage.ts';
import { name } from './wire.ts';

export function parseResponse(reply: WireReply): RerankResult {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  const field = Array.isArray(wire.peek('data')) && !Array.isArray(wire.peek('results')) ? 'data' : 'results';
  if (!wire.has(field) && ['message', 'error', 'detail'].some((other) => wire.has(other)))
    throw errorFromBody(reply, body);
  const forms: Record<string, string> = {};
  if (wire.constant('object', 'list')) forms.object = 'list';
  const list = wire.required(field, wire.list(field));
  checkBound('documents', list.length, field, 'invalid_response');
  const { usage: billed, warnings } = parseMeta(wire, forms);
  const counted = billed === undefined ? wire.record('usage') : undefined;
  const usage = counted === undefined ? billed : parseUsage(counted);
  return {
    dialect: name,
    facts: known({ id: wire.string('id'), model: wire.string('model'), warnings }),
    results: list.map((item, index) => parseItem(item, `${field}[${index}]`)),
    ...known({ usage }),
    ...wire.annotations(name, forms),
  };
}

function parseItem(value: Json, path: string): RerankResultItem {
  const wire = WireObject.open(value, path, 'lenient');
  const document = parseDocument(wire);
  return {
    index: wire.required('index', wire.number('index')),
    score: wire.required('relevance_score', wire.number('relevance_score')),
    ...known({ document }),
    ...wire.annotations(name),
  };
}

/** A text stands in an object of its own, but for Voyage; either is the same document. */
function parseDocument(wire: WireObject): RerankDocument | undefined {
  const document = wire.peek('document');
  if (!isJsonObject(document)) return wire.string('document');
  wire.consume('document');
  const { text, ...rest } = document;
  return typeof text === 'string' && Object.keys(rest).length === 0 ? text : document;
}
