/** A caller's embeddings request becomes a canonical one. Everything wrong with it is refused by field name. */
import {
  type EmbedRequest,
  known,
  matchPaths,
  openBody,
  parsePurpose,
  readPlainFields,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { parseInputs } from './inputs.ts';
import { name, paths, purposeWords, requestFields } from './wire.ts';

type Forms = Record<string, string>;

export function parseRequest(call: WireCall): EmbedRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Forms = {};
  const model = parseModel(wire, call.path, forms);
  const inputs = parseInputs(wire, forms);
  return {
    dialect: name,
    model,
    inputs,
    ...readPlainFields(wire, requestFields),
    ...known({
      dimensions: parseDimensions(wire, forms),
      encodings: parseEncodings(wire, forms),
      truncate: parseTruncation(wire, forms),
      purpose: parsePurposeField(wire, forms),
    }),
    ...wire.annotations(name, forms),
  };
}

function parseModel(wire: WireObject, path: string, forms: Forms): string {
  const named = matchPaths(paths, path)?.model;
  const model = wire.string('model');
  if (model !== undefined || named === undefined) return wire.required('model', model);
  forms.model = 'path';
  return named;
}

function parseDimensions(wire: WireObject, forms: Forms): number | undefined {
  const dimensions = wire.number('dimensions');
  if (dimensions !== undefined) return dimensions;
  const other = wire.number('output_dimension');
  if (other !== undefined) forms.dimensions = 'output_dimension';
  return other;
}

/** The kind of numbers and how they are packed are two fields at some hosts; together they are one encoding. */
function parseEncodings(wire: WireObject, forms: Forms): readonly string[] | undefined {
  const format = wire.string('encoding_format');
  const kind = wire.string('output_dtype');
  if (format !== undefined) forms.encoding_format = format;
  if (kind !== undefined) forms.output_dtype = kind;
  if (format !== undefined || kind !== undefined) return encodingsOf(format, kind);
  const types = Array.isArray(wire.peek('embedding_type'))
    ? wire.strings('embedding_type')
    : wire.string('embedding_type');
  if (types === undefined) return undefined;
  forms.embedding_type = typeof types === 'string' ? 'text' : 'list';
  return typeof types === 'string' ? [types] : types;
}

export function encodingsOf(
  format: string | undefined,
  kind: string | undefined,
): readonly string[] | undefined {
  if (kind !== undefined && kind !== 'float') return [kind];
  const word = format ?? kind;
  return word === undefined ? undefined : [word];
}

function parseTruncation(wire: WireObject, forms: Forms): string | undefined {
  const truncation = wire.boolean('truncation');
  if (truncation !== undefined) {
    forms.truncate = 'truncation';
    return truncation ? 'end' : 'none';
  }
  if (typeof wire.peek('truncate') === 'string') {
    forms.truncate = 'truncate-text';
    return wire.string('truncate');
  }
  const truncate = wire.boolean('truncate');
  if (truncate === undefined) return undefined;
  forms.truncate = 'truncate';
  return truncate ? 'end' : 'none';
}

function parsePurposeField(wire: WireObject, forms: Forms): EmbedRequest['purpose'] {
  for (const field of ['input_type', 'task']) {
    const raw = wire.string(field);
    if (raw === undefined) continue;
    forms.purpose = field;
    return parsePurpose(raw, purposeWords[field] ?? {});
  }
  return undefined;
}
