/** A caller's Converse request becomes a canonical one. Everything wrong with it is refused by field name. */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  attachCallState,
  type ChatRequest,
  checkBound,
  joinRequests,
  known,
  matchPath,
  matchPaths,
  type OutputFormat,
  openBody,
  readFields,
  splitResults,
  type TextPart,
  type Turn,
  unexpected,
  type WireCall,
  type WireField,
  WireObject,
} from '../../message/index.ts';
import { parseParts } from './parts.ts';
import { parseToolChoice, parseTools } from './tools.ts';
import {
  inferenceFields,
  name,
  outputFields,
  paths,
  performanceFields,
  requestFields,
  streamPath,
  thinkingFields,
  tierFields,
} from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = parseModel(wire, call.path, forms);
  const messages = wire.list('messages');
  if (messages === undefined) forms.messages = 'absent';
  checkBound('turns', messages?.length ?? 0, 'messages');
  const fields = joinRequests(
    readFields(wire, requestFields),
    readGroup(wire, 'inferenceConfig', inferenceFields),
    readGroup(wire, 'performanceConfig', performanceFields),
    readGroup(wire, 'serviceTier', tierFields),
    parseOutput(wire),
    parseModelFields(wire, forms),
    parseSystem(wire),
    parseToolConfig(wire),
    { turns: (messages ?? []).flatMap((message, index) => parseMessage(message, `messages[${index}]`)) },
  );
  return {
    dialect: name,
    turns: [],
    ...fields,
    model,
    ...(matchPath(streamPath, call.path) !== undefined && { stream: true }),
    ...wire.annotations(name, forms),
  };
}

function parseModel(wire: WireObject, path: string, forms: Record<string, string>): string {
  const named = matchPaths(paths, path)?.model;
  if (named !== undefined) return named;
  forms.model = 'body';
  return wire.required('modelId', wire.string('modelId'));
}

function readGroup(wire: WireObject, field: string, rows: readonly WireField[]): Partial<ChatRequest> {
  const group = wire.object(field);
  return group === undefined ? {} : readFields(group, rows);
}

function parseOutput(wire: WireObject): Partial<ChatRequest> {
  const config = wire.object('outputConfig');
  if (config === undefined) return {};
  const fields = readFields(config, outputFields);
  const format = config.record('textFormat');
  return { ...fields, ...(format !== undefined && { outputFormat: parseFormat(format) }) };
}

/** The schema is text here; how it was written is remembered, because a new writing need not be the same. */
function parseFormat(format: JsonObject): OutputFormat {
  const wire = WireObject.open(format, 'outputConfig.textFormat', 'strict');
  wire.constant('type', 'json_schema');
  const definition = wire.object('structure')?.object('jsonSchema');
  const text = definition?.string('schema');
  const schema = text === undefined ? undefined : readSchema(text);
  const forms = known({ schema: JSON.stringify(schema) === text ? undefined : text });
  return {
    type: 'json-schema',
    ...known({ schema, name: definition?.string('name'), description: definition?.string('description') }),
    ...wire.annotations(name, forms as Record<string, string>),
  };
}

function readSchema(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw notJson(cause);
  }
}

function notJson(cause: unknown): KeelsonError {
  const field = 'outputConfig.textFormat.structure.jsonSchema.schema';
  const details = { field, expected: 'JSON in a string' };
  return new KeelsonError('invalid_request', `\`${field}\` must be JSON in a string.`, { details, cause });
}

/** Fields of the model: those that have a meaning of their own are read, and the rest is kept whole. */
function parseModelFields(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const value = wire.peek('additionalModelRequestFields');
  if (value !== undefined && value !== null && !isJsonObject(value)) {
    wire.json('additionalModelRequestFields');
    return { service: { modelFields: value as never } };
  }
  const fields = wire.object('additionalModelRequestFields');
  if (fields === undefined) return {};
  const { top_k: topK, thinking, ...others } = value as JsonObject;
  const rest: Record<string, Json> = { ...others };
  for (const key of Object.keys(value as JsonObject)) fields.consume(key);
  const hasTopK = typeof topK === 'number';
  if (hasTopK) forms.topK = 'top_k';
  else if (topK !== undefined) setField(rest, 'top_k', topK);
  const isThinking = isJsonObject(thinking) && typeof thinking.type === 'string';
  if (!isThinking && thinking !== undefined) setField(rest, 'thinking', thinking);
  const reasoning = isThinking ? fields.object('thinking') : undefined;
  return joinRequests(
    hasTopK ? { sampling: { topK } } : {},
    reasoning === undefined ? {} : readFields(reasoning, thinkingFields),
    Object.keys(rest).length > 0 ? { service: { modelFields: rest } } : {},
  );
}

function parseSystem(wire: WireObject): Partial<ChatRequest> {
  const blocks = wire.list('system');
  if (blocks === undefined) return {};
  const parts = parseParts(blocks, { path: 'system', reading: 'strict', isAnswer: false });
  const stranger = parts.findIndex((part) => part.type !== 'text');
  if (stranger >= 0) throw unexpected(`system[${stranger}]`, 'text');
  return { system: parts as TextPart[] };
}

function parseToolConfig(wire: WireObject): Partial<ChatRequest> {
  const config = wire.object('toolConfig');
  const tools = config?.list('tools');
  checkBound('tools', tools?.length ?? 0, 'toolConfig.tools');
  const choice = config?.record('toolChoice');
  return known({
    tools: tools && parseTools(tools, 'toolConfig.tools'),
    toolChoice: choice && parseToolChoice(choice),
  });
}

function parseMessage(value: Json, path: string): Turn[] {
  const wire = WireObject.open(value, path, 'strict');
  const role = wire.required('role', wire.string('role'));
  const content = wire.required('content', wire.list('content'));
  checkBound('parts', content.length, wire.fieldPath('content'));
  const isAnswer = role === 'assistant';
  const parts = parseParts(content, { path: wire.fieldPath('content'), reading: 'strict', isAnswer });
  const annotations = wire.annotations(name);
  switch (role) {
    case 'assistant':
      return [{ role, parts: attachCallState(parts), ...annotations }];
    case 'system':
      return [{ role, parts, ...annotations }];
    case 'user':
      // Tool results and the user's own words share a message here; each run of either is a turn.
      return splitResults(parts, { first: annotations, continued });
    default:
      throw unexpected(wire.fieldPath('role'), 'user, assistant or system');
  }
}

/** Marks a turn that stood in the same message as the one before. */
const continued: Annotated = { spelling: { dialect: name, forms: { message: 'continued' } } };
