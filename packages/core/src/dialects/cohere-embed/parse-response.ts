/** A whole embed answer becomes vectors: by kind as in version 2, or bare floats as in version 1. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  checkBound,
  type EmbedResult,
  type EmbedVector,
  headerOf,
  isVector,
  known,
  replyValue,
  type Usage,
  type VectorValues,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { errorFromBody } from './error.ts';
import { parseMeta } from './usage.ts';
import { kinds, name } from './wire.ts';

export function parseResponse(reply: WireReply): EmbedResult {
  const body = replyValue(reply.body);
  const wire = WireObject.open(body, '', 'lenient');
  if (!wire.has('embeddings') && wire.has('message')) throw errorFromBody(reply, body);
  const forms: Record<string, string> = {};
  const values = parseValues(wire, forms);
  checkBound('inputs', values.length, 'embeddings', 'invalid_response');
  const type = forms.layout === 'floats' ? 'embeddings_floats' : 'embeddings_by_type';
  if (!wire.constant('response_type', type) && !wire.has('response_type')) forms.response_type = 'absent';
  const { usage = countedUsage(reply), warnings } = parseMeta(wire, forms);
  const texts = parseTexts(wire, values.length);
  const images = parseImages(wire, values.length);
  return {
    dialect: name,
    facts: known({ id: wire.string('id'), warnings }),
    vectors: values.map((each, index) => toVector(each, texts?.[index], images?.[index])),
    ...known({ usage }),
    ...wire.annotations(name, forms),
  };
}

/** Bedrock tells the count in a header. */
function countedUsage({ headers }: WireReply): Usage | undefined {
  const total = Number(headerOf(headers, 'x-amzn-bedrock-input-token-count') ?? Number.NaN);
  return Number.isInteger(total) ? { input: { total }, output: {} } : undefined;
}

function toVector(
  values: EmbedVector['values'],
  text: string | undefined,
  image: Json | undefined,
): EmbedVector {
  return { values, ...known({ text, image }) };
}

function parseValues(wire: WireObject, forms: Record<string, string>): EmbedVector['values'][] {
  const embeddings = wire.required('embeddings', wire.peek('embeddings'));
  if (isVectors(embeddings)) {
    forms.layout = 'floats';
    wire.consume('embeddings');
    return embeddings.map((float) => ({ float }));
  }
  if (!isJsonObject(embeddings)) return [];
  const byKind = wire.object('embeddings') as WireObject;
  const values: Record<string, VectorValues>[] = [];
  for (const kind of kinds) {
    const found = byKind.peek(kind);
    if (found === null) byKind.json(kind);
    if (!isVectors(found)) continue;
    byKind.consume(kind);
    for (const [index, vector] of found.entries()) {
      const kindsOfOne = values[index] ?? {};
      kindsOfOne[kind] = vector;
      values[index] = kindsOfOne;
    }
    forms.kinds = `${forms.kinds ?? ''} ${kind}`.trim();
  }
  return values;
}

function isVectors(value: Json | undefined): value is (readonly number[] | string)[] {
  return Array.isArray(value) && value.every(isVector);
}

/** The texts as the model read them, when there is one for each vector. */
function parseTexts(wire: WireObject, count: number): readonly string[] | undefined {
  const texts = wire.peek('texts');
  return Array.isArray(texts) && texts.length === count && count > 0 ? wire.strings('texts') : undefined;
}

function parseImages(wire: WireObject, count: number): readonly Json[] | undefined {
  const images = wire.peek('images');
  const isEach = Array.isArray(images) && images.length === count && count > 0 && !images.includes(null);
  return isEach ? wire.list('images') : undefined;
}
