/**
 * A minimal OpenAI-shaped `POST /v1/embeddings`, written by hand. To be replaced by the dialect `openai-embeddings` as
 * soon as that exists; no other wire format belongs here.
 */
import { type Json, type JsonObject, KeelsonError } from '@keelson/core';
import { countWords } from '../words.ts';
import type { Endpoint, Question } from './endpoint.ts';
import {
  openPlainBody,
  plainQuestion,
  readCount,
  readText,
  refuseField,
  renderPlainError,
} from './plain-body.ts';
import { textVector } from './text-vector.ts';

const defaultDimensions = 256;
const mostDimensions = 4096;
const mostInputs = 2048;

export const embeddings: Endpoint = {
  name: 'embeddings',
  parse: ({ body }) => parse(openPlainBody(body)),
  renderError: renderPlainError,
};

function parse(body: JsonObject): Question {
  const model = readText(body, 'model');
  const inputs = readInputs(body.input);
  const dimensions = readCount(body, 'dimensions', mostDimensions) ?? defaultDimensions;
  const format = body.encoding_format ?? 'float';
  if (format !== 'float' && format !== 'base64') throw refuseField('encoding_format', '`float` or `base64`');
  return plainQuestion(model, () => render(inputs, { model, dimensions, isBase64: format === 'base64' }));
}

/** A text, a list of texts, a list of token numbers, or a list of such lists. */
function readInputs(input: Json | undefined): readonly string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0)
    throw refuseField('input', 'a text or a list that is not empty');
  if (input.length > mostInputs) {
    const message = `\`input\` has ${input.length} entries; the limit is ${mostInputs}.`;
    throw new KeelsonError('invalid_request', message, { details: { field: 'input', limit: mostInputs } });
  }
  if (input.every((entry) => typeof entry === 'number')) return [input.join(' ')];
  return input.map((entry: Json, index) => {
    if (typeof entry === 'string') return entry;
    if (Array.isArray(entry) && entry.every((token) => typeof token === 'number')) return entry.join(' ');
    throw refuseField(`input[${index}]`, 'a text or a list of token numbers');
  });
}

interface Rendering {
  readonly model: string;
  readonly dimensions: number;
  readonly isBase64: boolean;
}

function render(inputs: readonly string[], { model, dimensions, isBase64 }: Rendering): Json {
  const tokens = inputs.reduce((sum, text) => sum + Math.max(1, countWords(text)), 0);
  const data = inputs.map((text, index) => {
    const vector = textVector(text, dimensions);
    return { object: 'embedding', index, embedding: isBase64 ? encodeBase64(vector) : [...vector] };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** 32-bit floats, little endian: what the official clients ask for and decode. */
function encodeBase64(vector: Float64Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
