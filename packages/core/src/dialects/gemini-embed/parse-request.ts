/** A caller's embedding call becomes a canonical request; the path says which of the three calls it is. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  checkBound,
  type EmbedInput,
  type EmbedRequest,
  known,
  matchPath,
  openBody,
  parsePurpose,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parsePart } from './parts.ts';
import { type Method, methods, name, paths, purposeWords, spellings } from './wire.ts';

type Forms = Record<string, string>;

export function parseRequest(call: WireCall): EmbedRequest {
  const wire = openBody(call.body, 'strict');
  const [method, model] = parsePath(call.path);
  const request = parsers[method](wire, model);
  const shared = shareInputFields(request.inputs);
  return { dialect: name, model, ...request, ...shared };
}

function parsePath(path: string): readonly [Method, string] {
  for (const [index, template] of paths.entries()) {
    const model = matchPath(template, path)?.model;
    if (model !== undefined) return [methods[index] as Method, model];
  }
  throw new KeelsonError('invalid_request', 'The path names no model and no embedding call.', {
    details: { field: 'path', expected: paths.join(' or ') },
  });
}

type Parsed = Omit<EmbedRequest, 'model' | 'dialect'>;

const parsers: Readonly<Record<Method, (wire: WireObject, model: string) => Parsed>> = {
  embedContent: parseOne,
  batchEmbedContents: parseMany,
  predict: parsePrediction,
};

/** Vertex writes the wishes into `embedContentConfig`, the Gemini API beside the content. */
function parseOne(wire: WireObject, model: string): Parsed {
  const config = wire.object('embedContentConfig');
  const { input, forms } = parseContentRequest(wire, model, config ?? wire);
  const options = known({
    truncate: parseTruncation(config?.boolean('autoTruncate')),
    documentOcr: config?.boolean('documentOcr'),
    audioTrack: config?.boolean('audioTrackExtraction'),
  });
  if (config !== undefined) forms.config = 'embedContentConfig';
  return { inputs: [input], ...options, ...wire.annotations(name, { ...forms, method: 'embedContent' }) };
}

function parseMany(wire: WireObject, model: string): Parsed {
  const requests = wire.required('requests', wire.list('requests'));
  checkBound('inputs', requests.length, 'requests');
  const inputs = requests.map((request, index) => {
    const one = WireObject.open(request, `requests[${index}]`, 'strict');
    const { input, forms } = parseContentRequest(one, model, one);
    return { ...input, ...one.annotations(name, forms) };
  });
  return { inputs, ...wire.annotations(name, { method: 'batchEmbedContents' }) };
}

function parseContentRequest(
  wire: WireObject,
  model: string,
  options: WireObject,
): { input: EmbedInput; forms: Forms } {
  const forms: Forms = {};
  const named = wire.string('model');
  if (named === undefined) forms.model = 'absent';
  else if (named !== `models/${model}`) forms.model = named;
  const content = wire.required('content', wire.object('content'));
  const role = content.string('role');
  if (role !== undefined) forms.role = role;
  const list = content.required('parts', content.list('parts'));
  checkBound('parts', list.length, content.fieldPath('parts'));
  const parts = list.map((part, index) => parsePart(part, `${content.fieldPath('parts')}[${index}]`));
  return { input: { ...toInput(parts), ...parseOptions(options, forms) }, forms };
}

function toInput(parts: ReturnType<typeof parsePart>[]): EmbedInput {
  const [only] = parts;
  const isPlain = parts.length === 1 && only?.type === 'text' && !only.extensions && !only.spelling;
  return isPlain ? { type: 'text', text: only.text } : { type: 'parts', parts };
}

/** What is wished for one input. */
function parseOptions(wire: WireObject, forms: Forms): Pick<EmbedInput, 'title' | 'purpose' | 'dimensions'> {
  const purpose = firstOf(spellings.purpose, (field) => wire.string(field), 'purpose', forms);
  return known({
    title: wire.string('title'),
    purpose: purpose === undefined ? undefined : parsePurpose(purpose, purposeWords),
    dimensions: firstOf(spellings.dimensions, (field) => wire.number(field), 'dimensions', forms),
  });
}

function firstOf<Value>(
  fields: readonly string[],
  read: (field: string) => Value | undefined,
  form: string,
  forms: Forms,
): Value | undefined {
  for (const field of fields) {
    const value = read(field);
    if (value === undefined) continue;
    if (field !== fields[0]) forms[form] = field;
    return value;
  }
  return undefined;
}

function parsePrediction(wire: WireObject): Parsed {
  const instances = wire.required('instances', wire.list('instances'));
  checkBound('inputs', instances.length, 'instances');
  const forms: Forms = { method: 'predict' };
  const parameters = wire.object('parameters');
  const wishes = known({
    dimensions: parameters?.number('outputDimensionality'),
    truncate: parseTruncation(parameters?.boolean('autoTruncate')),
  });
  const inputs = instances.map((value, index) => parseInstance(value, `instances[${index}]`));
  return { inputs, ...wishes, ...wire.annotations(name, forms) };
}

function parseInstance(value: Json, path: string): EmbedInput {
  const wire = WireObject.open(value, path, 'strict');
  const forms: Forms = {};
  const text = wire.required('content', wire.string('content'));
  // Here the official client writes `task_type`, so that this is the first spelling.
  const raw = firstOf([...spellings.purpose].reverse(), (field) => wire.string(field), 'purpose', forms);
  const purpose = raw === undefined ? undefined : parsePurpose(raw, purposeWords);
  return {
    type: 'text',
    text,
    ...known({ title: wire.string('title'), purpose }),
    ...wire.annotations(name, forms),
  };
}

function parseTruncation(isCut: boolean | undefined): string | undefined {
  if (isCut === undefined) return undefined;
  return isCut ? 'end' : 'none';
}

/** What every input wishes alike is a wish of the request, as all other formats have it. */
function shareInputFields(inputs: readonly EmbedInput[]): Partial<EmbedRequest> {
  const [first] = inputs;
  if (first === undefined) return {};
  const { purpose, dimensions } = first;
  const isPurposeShared = inputs.every((input) => input.purpose?.raw === purpose?.raw);
  const isSizeShared = inputs.every((input) => input.dimensions === dimensions);
  const shared = inputs.map((input): EmbedInput => {
    const { purpose: own, dimensions: size, ...rest } = input;
    return {
      ...rest,
      ...known({ purpose: isPurposeShared ? undefined : own, dimensions: isSizeShared ? undefined : size }),
    } as EmbedInput;
  });
  return {
    inputs: shared,
    ...(isPurposeShared && purpose !== undefined && { purpose }),
    ...(isSizeShared && dimensions !== undefined && { dimensions }),
  };
}
