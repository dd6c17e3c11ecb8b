/** A caller's generateContent request becomes a canonical one. Everything wrong with it is refused by field name. */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type Annotated,
  type AssistantTurn,
  type ChatRequest,
  checkBound,
  formOf,
  joinRequests,
  known,
  matchPaths,
  type OutputFormat,
  pairCalls,
  type Reasoning,
  readFields,
  splitResults,
  type TextPart,
  type Turn,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { openCallBody, openNode } from './names.ts';
import { joinPieces, parseParts } from './parts.ts';
import { parseToolChoice, parseTools, readSchema } from './tools.ts';
import { callingFields, configFields, name, paths, requestFields, toolConfigFields } from './wire.ts';

type Forms = Record<string, string>;

export function parseRequest(call: WireCall): ChatRequest {
  const { wire: body, forms } = openCallBody(call.body);
  const isCount = call.path.endsWith(':countTokens');
  const wrapped = isCount ? body.object('generateContentRequest') : undefined;
  if (wrapped !== undefined) forms.count = 'wrapped';
  const wire = wrapped ?? body;
  const named = wire.string('model');
  if (named !== undefined) forms.model = named;
  const model = matchPaths(paths, call.path)?.model ?? named;
  const contents = parseContents(wire, forms);
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseConfig(wire.object('generationConfig'), forms),
    parseToolConfig(wire.object('toolConfig')),
    parseSystem(wire.object('systemInstruction'), forms),
    { turns: pairCalls(contents) },
  );
  const tools = wire.list('tools');
  const offered = tools && parseTools(tools);
  checkBound('tools', offered?.length ?? 0, 'tools');
  return {
    dialect: name,
    turns: [],
    ...fields,
    model: wire.required('model', model),
    ...known({ tools: offered }),
    ...parseStream(call, fields),
    ...(isCount && { purpose: 'count-tokens' }),
    ...body.annotations(name, forms),
  };
}

/** Without `alt=sse` the stream is a JSON array that grows. */
function parseStream(
  { path, query }: WireCall,
  { streamOptions }: Partial<ChatRequest>,
): Partial<ChatRequest> {
  if (!path.endsWith(':streamGenerateContent')) return {};
  if (query.alt === 'sse') return { stream: true };
  return { stream: true, streamOptions: { ...streamOptions, framing: 'json-array' } };
}

/** A list that may also be written as its only member. */
function listOf(wire: WireObject, field: string, forms: Forms, form: string): readonly Json[] | undefined {
  if (!isJsonObject(wire.peek(field))) return wire.list(field);
  forms[form] = 'single';
  return [wire.record(field) as Json];
}

function parseContents(wire: WireObject, forms: Forms): Turn[] {
  const contents = wire.required('contents', listOf(wire, 'contents', forms, 'contents'));
  checkBound('turns', contents.length, 'contents');
  const turns: Turn[] = [];
  for (const [index, content] of contents.entries())
    for (const turn of parseContent(content, wire.fieldPath(`contents[${index}]`))) {
      const last = turns.at(-1);
      if (isBare(last) && isBare(turn)) turns[turns.length - 1] = joinTurns(last, turn);
      else turns.push(turn);
    }
  return turns.map((turn) => (turn.role === 'assistant' ? { ...turn, parts: joinPieces(turn.parts) } : turn));
}

/** Whether nothing is known of this content of the model but its parts. */
function isBare(turn: Turn | undefined): turn is AssistantTurn {
  if (turn?.role !== 'assistant' || turn.extensions !== undefined) return false;
  const { forms = {}, nulls, empty } = turn.spelling ?? {};
  return Object.keys(forms).every((form) => form === 'sizes') && nulls === undefined && empty === undefined;
}

/** The official chat session hands an answer back in as many contents as it was streamed in. How long each was is remembered. */
function joinTurns(last: AssistantTurn, next: AssistantTurn): AssistantTurn {
  const sizes = `${formOf(last, name, 'sizes') ?? last.parts.length},${next.parts.length}`;
  return { ...last, parts: [...last.parts, ...next.parts], spelling: { dialect: name, forms: { sizes } } };
}

function parseContent(value: Json, path: string): Turn[] {
  const { wire, forms } = openNode(value, path, 'strict');
  const role = wire.string('role');
  const list = listOf(wire, 'parts', forms, 'parts');
  if (list === undefined) forms.parts = 'absent';
  const parts = parseParts(list ?? [], wire.fieldPath('parts'), 'strict');
  checkBound('parts', parts.length, wire.fieldPath('parts'));
  if (role !== 'user' && role !== 'model') forms.role = role ?? 'absent';
  const annotations = wire.annotations(name, forms);
  if (role === 'model') return [{ role: 'assistant', parts, ...annotations }];
  // Tool results and the user's own words share a message here; each run of either is a turn.
  return splitResults(parts, { first: annotations, continued });
}

/** Marks a turn that stood in the same content as the one before. */
const continued: Annotated = { spelling: { dialect: name, forms: { content: 'continued' } } };

function parseSystem(wire: WireObject | undefined, forms: Forms): Partial<ChatRequest> {
  if (wire === undefined) return {};
  const role = wire.string('role');
  if (role !== undefined) forms.systemRole = role;
  const list = listOf(wire, 'parts', forms, 'systemParts');
  if (list === undefined) return {};
  const parts = parseParts(list, wire.fieldPath('parts'), 'strict');
  const stranger = parts.findIndex((part) => part.type !== 'text');
  if (stranger < 0) return { system: parts as TextPart[] };
  const field = wire.fieldPath(`parts[${stranger}]`);
  throw new KeelsonError('invalid_request', `\`${field}\` must be text.`, {
    details: { field, expected: 'text' },
  });
}

function parseToolConfig(wire: WireObject | undefined): Partial<ChatRequest> {
  if (wire === undefined) return {};
  const calling = wire.object('functionCallingConfig');
  const toolChoice = calling && parseToolChoice(calling);
  return joinRequests(
    readFields(wire, toolConfigFields),
    calling === undefined ? {} : readFields(calling, callingFields),
    known({ toolChoice }),
  );
}

function parseConfig(wire: WireObject | undefined, forms: Forms): Partial<ChatRequest> {
  if (wire === undefined) return {};
  return joinRequests(
    readFields(wire, configFields),
    parseModalities(wire, forms),
    parseThinking(wire.object('thinkingConfig'), forms),
    known({ outputFormat: parseFormat(wire) }),
  );
}

function parseModalities(wire: WireObject, forms: Forms): Partial<ChatRequest> {
  const written = wire.strings('responseModalities');
  if (written === undefined) return {};
  if (written.some((word) => word !== word.toUpperCase())) forms.modalities = written.join(',');
  return { output: { modalities: written.map((word) => word.toLowerCase()) } };
}

/** A budget of -1 leaves the amount to the model, one of 0 forbids thinking where the model allows that. */
function parseThinking(wire: WireObject | undefined, forms: Forms): Partial<ChatRequest> {
  if (wire === undefined) return {};
  const budget = wire.number('thinkingBudget');
  const level = wire.string('thinkingLevel');
  const isShown = wire.boolean('includeThoughts');
  if (level !== undefined && level !== level.toUpperCase()) forms.thinkingLevel = level;
  const modes: Readonly<Record<number, string>> = { [-1]: 'adaptive', 0: 'disabled' };
  const mode = budget === undefined ? undefined : modes[budget];
  const display = isShown ? 'summarized' : 'omitted';
  const reasoning: Reasoning = known({
    mode,
    budgetTokens: mode === undefined ? budget : undefined,
    effort: level?.toLowerCase(),
    display: isShown === undefined ? undefined : display,
  });
  return Object.keys(reasoning).length === 0 ? {} : { reasoning };
}

const json = 'application/json';

/** A media type and a schema make the format; the schema may be Gemini's own or JSON schema. */
function parseFormat(wire: WireObject): OutputFormat | undefined {
  const forms: Forms = {};
  const mime = wire.string('responseMimeType');
  const schema = readSchema(wire, ['responseJsonSchema', 'responseSchema'], forms);
  if (schema === undefined && mime === undefined) return undefined;
  if (schema === undefined && mime === json) return { type: 'json' };
  if (mime !== json) forms.mime = mime ?? 'absent';
  const spelling = Object.keys(forms).length === 0 ? {} : { spelling: { dialect: name, forms } };
  return schema === undefined ? { type: 'text', ...spelling } : { type: 'json-schema', schema, ...spelling };
}
