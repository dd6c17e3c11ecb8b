/** A canonical request becomes a generateContent request; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  type ChatRequest,
  encodePathSegment,
  formOf,
  hoistSystem,
  type Part,
  present,
  type Rendered,
  reportUnsaid,
  type ToolResultPart,
  type Turn,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { finishNode } from './names.ts';
import { renderParts } from './parts.ts';
import { renderThinking } from './reasoning.ts';
import { drop, type PartRendering } from './rendering.ts';
import { callNamesIn } from './tool-calls.ts';
import { renderSchema, renderToolChoice, renderTools } from './tools.ts';
import {
  answerPath,
  callingFields,
  configFields,
  countTokensPath,
  type GeminiGenerateQuirks,
  name,
  otherSaidPaths,
  requestFields,
  streamPath,
  toolConfigFields,
} from './wire.ts';

const rows = [...requestFields, ...configFields, ...toolConfigFields, ...callingFields];
const saidPaths: ReadonlySet<string> = new Set([...rows.map(([, at]) => at), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: GeminiGenerateQuirks): Rendered<WireCall> {
  const isOwn = request.dialect === name;
  const callNames = callNamesIn(request.turns);
  const rendering: PartRendering = { losses: [], quirks, isOwn, isAnswer: false, callNames };
  const { system, turns } = isOwn ? request : hoistSystem(request, false, rendering.losses);
  const fields = present({
    model: formOf(request, name, 'model'),
    systemInstruction: renderSystem(system, request, rendering),
    contents: renderContents(turns, request, rendering),
    ...writeFields(request, requestFields),
    generationConfig: group(renderConfig(request, rendering)),
    tools: request.tools && toolsOf(request, rendering),
    toolConfig: group(renderToolConfig(request, rendering)),
  });
  fitTier(fields, rendering);
  const body = request.purpose === 'count-tokens' ? wrapCount(fields, request, rendering) : fields;
  finishNode(body, request);
  const unsaid = reportUnsaid(request, saidPaths, name);
  rendering.losses.push(...unsaid.filter(({ field }) => field !== 'parallelTools' || canCall(request)));
  const value = { method: 'POST', ...pathOf(request), headers: {}, body } as const;
  return { value, losses: rendering.losses };
}

/** Where no call is allowed, there is nothing to lose by how many there may be. */
function canCall({ toolChoice }: ChatRequest): boolean {
  return toolChoice?.type !== 'none';
}

function pathOf({ model, stream, purpose }: ChatRequest): Pick<WireCall, 'path' | 'query'> {
  const named = encodePathSegment(model.replace(/^models\//, ''));
  const at = (template: string): string => template.replace('{model}', () => named);
  if (purpose === 'count-tokens') return { path: at(countTokensPath), query: {} };
  return stream === true
    ? { path: at(streamPath), query: { alt: 'sse' } }
    : { path: at(answerPath), query: {} };
}

function group(fields: Record<string, Json>): Record<string, Json> | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Without tools the field is left out, unless its sender sent an empty list. */
function toolsOf({ tools = [] }: ChatRequest, { isOwn, losses }: PartRendering): Json[] | undefined {
  const wire = renderTools(tools, isOwn, losses);
  return wire.length === 0 && !isOwn ? undefined : wire;
}

/** A count of more than messages needs the whole request around it. */
function wrapCount(
  fields: Record<string, Json>,
  request: ChatRequest,
  { quirks, isOwn }: PartRendering,
): Record<string, Json> {
  if (isOwn) {
    if (formOf(request, name, 'count') !== 'wrapped') return fields;
    return { generateContentRequest: fields };
  }
  const isPlain = Object.keys(fields).every((field) => field === 'contents');
  if (isPlain || quirks.countTokens === 'flat') return fields;
  return { generateContentRequest: { model: `models/${request.model.replace(/^models\//, '')}`, ...fields } };
}

const tiers: ReadonlySet<Json> = new Set(['standard', 'flex', 'priority', 'unspecified']);

function fitTier(fields: Record<string, Json>, rendering: PartRendering): void {
  const tier = fields.serviceTier;
  if (rendering.isOwn || tier === undefined || tiers.has(tier)) return;
  delete fields.serviceTier;
  drop(rendering, 'service.tier', `\`${String(tier)}\` is no tier of ${name}.`);
}

function renderSystem(
  system: readonly Part[] | undefined,
  request: ChatRequest,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const role = formOf(request, name, 'systemRole');
  if (system === undefined) return role === undefined ? undefined : { role };
  const parts = renderParts(system, 'system', rendering);
  if (parts.length === 0 && !rendering.isOwn) return undefined;
  const isSingle = formOf(request, name, 'systemParts') === 'single' && parts.length === 1;
  return present({ role, parts: isSingle ? parts[0] : parts });
}

interface Content {
  readonly role?: string;
  parts?: Json;
}

/** Turns of one side share a content: results of a round together, and the words that follow them. */
function renderContents(turns: readonly Turn[], request: ChatRequest, rendering: PartRendering): Json {
  const contents: Content[] = [];
  for (const [index, turn] of turns.entries()) {
    const content = renderTurn(turn, `turns[${request.turns.indexOf(turn)}]`, rendering);
    const last = contents.at(-1);
    const joins = rendering.isOwn
      ? formOf(turn, name, 'content') === 'continued'
      : last?.role === content.role;
    const isEmpty = Array.isArray(content.parts) && content.parts.length === 0;
    if (index > 0 && last !== undefined && joins)
      last.parts = [...listOf(last.parts), ...listOf(content.parts)];
    else if (rendering.isOwn || !isEmpty)
      contents.push(...splitContent(content, formOf(turn, name, 'sizes')));
  }
  const isSingle = formOf(request, name, 'contents') === 'single' && contents.length === 1;
  return (isSingle ? contents[0] : contents) as unknown as Json;
}

/** The contents in which the turn came, unless something of it may not be sent. */
function splitContent(content: Content, sizes: string | undefined): Content[] {
  const parts = listOf(content.parts);
  const lengths = sizes?.split(',').map(Number) ?? [];
  const ends = lengths.map((_, index) =>
    lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0),
  );
  if (ends.at(-1) !== parts.length || lengths.length === 0) return [content];
  return ends.map((end, index) => ({ ...content, parts: parts.slice(ends[index - 1] ?? 0, end) }));
}

function listOf(parts: Json | undefined): readonly Json[] {
  if (parts === undefined) return [];
  return Array.isArray(parts) ? (parts as readonly Json[]) : [parts];
}

function renderTurn(turn: Turn, at: string, rendering: PartRendering): Content {
  if (turn.role !== 'tool' && turn.name !== undefined)
    drop(rendering, `${at}.name`, `${name} has no names on contents.`);
  const parts = renderParts(turn.parts as readonly (Part | ToolResultPart)[], at, rendering);
  if (turn.role === 'assistant') fillSignature(parts, at, rendering);
  const usual = turn.role === 'assistant' ? 'model' : 'user';
  const form = formOf(turn, name, 'role');
  const layout = formOf(turn, name, 'parts');
  const wire = present({
    role: form === 'absent' ? undefined : (form ?? usual),
    parts: layoutOf(parts, layout),
  });
  finishNode(wire, turn);
  return wire as unknown as Content;
}

function layoutOf(parts: Record<string, Json>[], layout: string | undefined): Json | undefined {
  if (layout === 'single' && parts.length === 1) return parts[0];
  return layout === 'absent' && parts.length === 0 ? undefined : parts;
}

/** The first call of a turn is the one whose signature is asked for. */
function fillSignature(parts: readonly Record<string, Json>[], at: string, rendering: PartRendering): void {
  const { missingSignature } = rendering.quirks;
  const first = parts.findIndex((part) => part.functionCall !== undefined);
  const call = parts[first];
  if (missingSignature === undefined || call === undefined || call.thoughtSignature !== undefined) return;
  call.thoughtSignature = missingSignature;
  rendering.losses.push({
    field: `${at}.parts[${first}].opaque`,
    action: 'emulated',
    detail: `The call has no signature; \`${missingSignature}\` is sent.`,
  });
}

function renderConfig(request: ChatRequest, rendering: PartRendering): Record<string, Json> {
  const modalities = request.output?.modalities;
  const written = formOf(request, name, 'modalities')?.split(',');
  const isAsRead = written?.join(',').toLowerCase() === modalities?.join(',');
  return present({
    ...writeFields(request, configFields),
    responseModalities: isAsRead && written ? written : modalities?.map((word) => word.toUpperCase()),
    thinkingConfig: group(renderThinking(request, rendering)),
    ...renderFormat(request, rendering),
  });
}

function renderFormat({ outputFormat }: ChatRequest, rendering: PartRendering): Record<string, Json> {
  if (outputFormat === undefined) return {};
  const mime = formOf(outputFormat, name, 'mime');
  if (outputFormat.type !== 'json-schema') {
    const usual = outputFormat.type === 'json' ? 'application/json' : 'text/plain';
    return { responseMimeType: mime ?? usual };
  }
  if (!rendering.isOwn) reportFormat(outputFormat, rendering);
  const { schema } = outputFormat;
  const fields = ['responseJsonSchema', 'responseSchema'] as const;
  return present({
    responseMimeType: mime === 'absent' ? undefined : (mime ?? 'application/json'),
    ...renderSchema(schema, fields, formOf(outputFormat, name, 'responseJsonSchema')),
  });
}

function reportFormat(
  format: Extract<NonNullable<ChatRequest['outputFormat']>, { type: 'json-schema' }>,
  rendering: PartRendering,
): void {
  for (const key of ['name', 'description', 'strict'] as const) {
    const isSaid = key === 'strict' && format.strict === true;
    if (format[key] !== undefined && !isSaid)
      drop(rendering, `outputFormat.${key}`, 'Schemas carry no label and are always strict here.');
  }
}

function renderToolConfig(request: ChatRequest, { losses }: PartRendering): Record<string, Json> {
  const { toolChoice } = request;
  const calling = {
    ...(toolChoice !== undefined && renderToolChoice(toolChoice, losses)),
    ...writeFields(request, callingFields),
  };
  return present({ functionCallingConfig: group(calling), ...writeFields(request, toolConfigFields) });
}
