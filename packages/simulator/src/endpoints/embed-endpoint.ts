/** Any embedding dialect as an endpoint, by its inbound half alone: the same vector for the same text in each of them. */
import {
  type EmbedDialect,
  type EmbedInput,
  type EmbedRequest,
  type EmbedVector,
  packFloats,
} from '@keelson/core';
import { shortHash } from '../random.ts';
import { countWords } from '../words.ts';
import type { Endpoint } from './endpoint.ts';
import { checkCount, plainQuestion, refuseField } from './plain-body.ts';
import { sentField } from './sent-field.ts';
import { textVector } from './text-vector.ts';

const defaultDimensions = 256;
const mostDimensions = 4096;

/** The half of a dialect that answers callers, whatever its quirks towards providers are. */
type AnyDialect = Pick<EmbedDialect<never>, 'name' | 'inbound'>;

export function createEmbedEndpoint({ name, inbound }: AnyDialect): Endpoint {
  return {
    name,
    parse: (call) => {
      const request = inbound.parseRequest(call);
      checkDimensions(request, call.body);
      checkEncodings(request, call.body);
      return plainQuestion(request.model, () => answer(inbound, request));
    },
    renderError: inbound.renderError,
  };
}

function checkDimensions({ dimensions, inputs }: EmbedRequest, body: unknown): void {
  for (const size of [dimensions, ...inputs.map((input) => input.dimensions)])
    checkCount(size, () => sentField(body, 'dimensions', size), mostDimensions);
}

function checkEncodings({ encodings = [] }: EmbedRequest, body: unknown): void {
  const known = Object.keys(encoders);
  for (const encoding of encodings)
    if (!known.includes(encoding))
      throw refuseField(sentField(body, 'encodings', encoding), known.join(', '));
}

function answer(inbound: AnyDialect['inbound'], request: EmbedRequest): unknown {
  const texts = request.inputs.map(textOf);
  const counts = texts.map((text) => Math.max(1, countWords(text)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const vectors = request.inputs.map((input, index): EmbedVector => {
    const dimensions = input.dimensions ?? request.dimensions ?? defaultDimensions;
    const vector = textVector(texts[index] ?? '', dimensions);
    const kinds = (request.encodings ?? ['float']).map(
      (kind) => [kind, encoders[kind]?.([...vector])] as const,
    );
    return { values: Object.fromEntries(kinds) as EmbedVector['values'], tokens: counts[index] ?? 1 };
  });
  const id = `embed-${shortHash(texts.join('\n'))}`;
  const result = { facts: { model: request.model }, vectors, usage: { input: { total }, output: {} } };
  return inbound.renderResponse(result, { ...request, answer: { id } }).value;
}

/** Every kind of input as text: what differs gives another vector, and more is not needed. */
function textOf(input: EmbedInput): string {
  if (input.type === 'text') return input.text;
  if (input.type === 'tokens') return input.tokens.join(' ');
  return input.parts.map((part) => (part.type === 'text' ? part.text : JSON.stringify(part))).join(' ');
}

/** One vector of length 1 in the kinds that vendors give. */
const encoders: Readonly<Record<string, (vector: readonly number[]) => readonly number[] | string>> = {
  float: (vector) => vector,
  base64: packFloats,
  int8: (vector) => vector.map((value) => Math.round(value * 127)),
  uint8: (vector) => vector.map((value) => Math.round((value + 1) * 127.5)),
  binary: (vector) => signBits(vector).map((byte) => byte - 128),
  ubinary: signBits,
};

/** Eight signs to a byte, the first in its highest bit. */
function signBits(vector: readonly number[]): readonly number[] {
  return Array.from({ length: Math.ceil(vector.length / 8) }, (_, byte) =>
    Array.from({ length: 8 }, (_bit, bit) => ((vector[byte * 8 + bit] ?? 0) > 0 ? 1 : 0)).reduce<number>(
      (sum, bit) => sum * 2 + bit,
      0,
    ),
  );
}
