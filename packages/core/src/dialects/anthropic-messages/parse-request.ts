/** A caller's Messages request becomes a canonical one. Everything wrong with it is refused by field name. */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  attachCallState,
  type ChatRequest,
  checkBound,
  headerOf,
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
  WireObject,
} from '../../message/index.ts';
import { parseCache, parseContent, parseParts } from './parts.ts';
import { parseTool, parseToolChoice } from './tools.ts';
import {
  behaviourHeaders,
  betaHeader,
  countingModel,
  countTokensPath,
  hostOf,
  hosts,
  metadataFields,
  name,
  outputConfigFields,
  paths,
  requestFields,
  samplingFields,
  thinkingFields,
} from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const named = matchPaths(paths, call.path)?.model;
  const isCount = call.path.endsWith(countTokensPath) || named === countingModel;
  const model = parseModel(wire, isCount ? undefined : named);
  const messages = wire.required('messages', wire.list('messages'));
  checkBound('turns', messages.length, 'messages');
  const fields = joinRequests(
    readFields(wire, requestFields),
    readFields(wire, samplingFields),
    readGroup(wire, 'metadata', metadataFields),
    readGroup(wire, 'thinking', thinkingFields),
    parseOutput(wire, forms),
    parseSystem(wire, forms),
    parseTools(wire),
    parseCacheMark(wire),
    parseHost(wire, call, forms),
    { turns: messages.flatMap((message, index) => parseMessage(message, `messages[${index}]`)) },
  );
  if (!isCount) wire.required('max_tokens', fields.maxOutputTokens);
  return {
    dialect: name,
    turns: [],
    ...fields,
    model,
    ...parseHeaders(call.headers, wire.strings('anthropic_beta')),
    ...(isCount && { purpose: 'count-tokens' }),
    ...wire.annotations(name, forms),
  };
}

function parseModel(wire: WireObject, named: string | undefined): string {
  const model = wire.string('model');
  return model === undefined && named !== undefined ? named : wire.required('model', model);
}

/** What other hosts have in the path or the body, and Anthropic in the body or a header. */
function parseHost(wire: WireObject, call: WireCall, forms: Record<string, string>): Partial<ChatRequest> {
  const host = hostOf(call.path);
  if (host === undefined) return {};
  forms.host = host;
  const version = wire.string('anthropic_version');
  if (version !== undefined) forms.anthropic_version = version;
  if (matchPath(hosts[host].stream, call.path) === undefined) return {};
  // Vertex streams as Anthropic does.
  return { stream: true, ...(host === 'invoke' && { streamOptions: { framing: 'bedrock-chunks' } }) };
}

function readGroup(wire: WireObject, field: string, rows: typeof metadataFields): Partial<ChatRequest> {
  const group = wire.object(field);
  return group === undefined ? {} : readFields(group, rows);
}

function parseOutput(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const config = wire.object('output_config');
  const fields = config === undefined ? {} : readFields(config, outputConfigFields);
  const format = config?.record('format');
  const early = format === undefined ? wire.record('output_format') : undefined;
  if (early !== undefined) forms.output_format = 'output_format';
  const schema = format ?? early;
  if (schema === undefined) return fields;
  const path = early === undefined ? 'output_config.format' : 'output_format';
  return { ...fields, outputFormat: parseFormat(WireObject.open(schema, path, 'strict')) };
}

function parseFormat(wire: WireObject): OutputFormat {
  wire.constant('type', 'json_schema');
  return { type: 'json-schema', ...known({ schema: wire.json('schema') }), ...wire.annotations(name) };
}

function parseSystem(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  if (typeof wire.peek('system') === 'string') {
    forms.system = 'text';
    return { system: [{ type: 'text', text: wire.string('system') as string }] };
  }
  const blocks = wire.list('system');
  if (blocks === undefined) return {};
  const parts = parseParts(blocks, 'system', 'strict');
  const stranger = parts.findIndex((part) => part.type !== 'text');
  if (stranger >= 0) throw unexpected(`system[${stranger}].type`, 'text');
  return { system: parts as TextPart[] };
}

function parseTools(wire: WireObject): Partial<ChatRequest> {
  const tools = wire.list('tools');
  checkBound('tools', tools?.length ?? 0, 'tools');
  const choice = wire.record('tool_choice');
  return {
    ...known({ tools: tools?.map((tool, index) => parseTool(tool, `tools[${index}]`)) }),
    ...(choice !== undefined && parseToolChoice(choice)),
  };
}

function parseCacheMark(wire: WireObject): Partial<ChatRequest> {
  const mark = parseCache(wire);
  return mark === undefined ? {} : { cache: { mark } };
}

/** Hosts other than Anthropic take the names of betas in the body. */
function parseHeaders(
  headers: Readonly<Record<string, string>>,
  betas: readonly string[] | undefined,
): Pick<ChatRequest, 'headers'> {
  const found = behaviourHeaders.map((header) => [header, headerOf(headers, header)] as const);
  const present = found.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined);
  const own = {
    ...Object.fromEntries(present),
    ...(betas !== undefined && { [betaHeader]: betas.join(',') }),
  };
  return Object.keys(own).length === 0 ? {} : { headers: { [name]: own } };
}

function parseMessage(value: Json, path: string): Turn[] {
  const wire = WireObject.open(value, path, 'strict');
  const role = wire.required('role', wire.string('role'));
  const { parts, form } = parseContent(wire, 'strict');
  checkBound('parts', parts.length, wire.fieldPath('content'));
  const annotations = wire.annotations(name, known({ content: form }) as Record<string, string>);
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
