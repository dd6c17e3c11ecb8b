/** The `options` of a request, both ways: what all formats know is canonical, the rest tunes the machine. */
import { type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type ChatRequest,
  joinRequests,
  knownGroup,
  readFields,
  type WireObject,
  writeFields,
} from '../../message/index.ts';
import { optionFields } from './wire.ts';

const ownPlace: ReadonlySet<string> = new Set(optionFields.map(([field]) => field));

export function parseOptions(wire: WireObject): Partial<ChatRequest> {
  const options = wire.object('options');
  if (options === undefined) return {};
  const fields = readFields(options, optionFields);
  const limit = options.number('num_predict');
  const rest: Record<string, Json> = {};
  for (const [field, value] of Object.entries(wire.peek('options') as JsonObject)) {
    if (ownPlace.has(field) || field === 'num_predict') continue;
    options.consume(field);
    setField(rest, field, value);
  }
  if (limit === undefined) return joinRequests(fields, tuned(rest));
  if (limit > 0) return joinRequests(fields, { maxOutputTokens: limit }, tuned(rest));
  // Zero and below mean "without end" and "until the context is full", which is no limit to anyone else.
  return joinRequests(fields, tuned({ ...rest, num_predict: limit }));
}

function tuned(rest: JsonObject): Partial<ChatRequest> {
  return Object.keys(rest).length === 0 ? {} : { service: { runtimeOptions: rest } };
}

export function renderOptions(request: ChatRequest): Record<string, Json> | undefined {
  return knownGroup({
    ...request.service?.runtimeOptions,
    ...writeFields(request, optionFields),
    ...(request.maxOutputTokens !== undefined && { num_predict: request.maxOutputTokens }),
  }) as Record<string, Json> | undefined;
}
