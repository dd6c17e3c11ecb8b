/**
 * Tools and the choice among them. Functions share an object on the wire and the provider's own tools have one each; which
 * stood where is remembered.
 */
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type AllowedTool,
  type Annotated,
  decodeName,
  escapeSegment,
  type FunctionTool,
  formOf,
  known,
  type Loss,
  type NativeTool,
  nameForm,
  present,
  renderName,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  type WireObject,
} from '../../message/index.ts';
import { finishNode, openNode } from './names.ts';
import { fromOwnSchema, toOwnSchema } from './schemas.ts';
import { name, toolNameRule } from './wire.ts';

export function parseTools(values: readonly Json[]): Tool[] {
  return values.flatMap((value, index) => parseTool(value, index));
}

/** One object of the list: its functions, then whatever else stands in it. */
function parseTool(value: Json, at: number): Tool[] {
  const path = `tools[${at}]`;
  const { wire, forms } = openNode(value, path, 'strict');
  const declarations = wire.list('functionDeclarations');
  const place = String(at);
  if (declarations === undefined || declarations.length === 0)
    return [nativeTool(isJsonObject(value) ? value : {}, place)];
  const others = Object.entries(value as JsonObject).filter(
    ([key]) => key !== 'functionDeclarations' && key !== 'function_declarations',
  );
  const nulls = others.filter(([, field]) => field === null).map(([key]) => key);
  const besides = others.filter(([key, field]) => field !== null && hostedTools.has(camelOf(key)));
  const unknown = others.filter(([key, field]) => field !== null && !hostedTools.has(camelOf(key)));
  const marks = { place, ...known({ toolNames: forms.names, toolNulls: nulls.join(',') || undefined }) };
  const functions = declarations.map((declaration, index) =>
    parseFunction(declaration, `${path}.functionDeclarations[${index}]`, index === 0 ? marks : { place }),
  );
  const [first, ...rest] = functions as [FunctionTool, ...FunctionTool[]];
  const all = unknown.length === 0 ? functions : [withUnknown(first, unknown), ...rest];
  return besides.length === 0 ? all : [...all, nativeTool(Object.fromEntries(besides), place)];
}

/** Tools that the provider runs, by the official types. */
const hostedTools: ReadonlySet<string> = new Set([
  'codeExecution',
  'computerUse',
  'enterpriseWebSearch',
  'exaAiSearch',
  'fileSearch',
  'googleMaps',
  'googleSearch',
  'googleSearchRetrieval',
  'mcpServers',
  'parallelAiSearch',
  'retrieval',
  'urlContext',
]);

function camelOf(key: string): string {
  return key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Paths of unknown fields that stand beside the functions; no function has a field of this name. */
const aroundFunctions = 'tools/';

function withUnknown(tool: FunctionTool, unknown: readonly (readonly [string, Json])[]): FunctionTool {
  const fields: Record<string, Json> = { ...tool.extensions?.[name] };
  for (const [key, value] of unknown) setField(fields, aroundFunctions + escapeSegment(key), value);
  return { ...tool, extensions: { [name]: fields } };
}

function nativeTool(value: JsonObject, place: string): NativeTool {
  return { type: 'native', dialect: name, value, spelling: { dialect: name, forms: { place } } };
}

function parseFunction(value: Json, path: string, marks: Readonly<Record<string, string>>): FunctionTool {
  const { wire, forms } = openNode(value, path, 'strict');
  const wireName = wire.required('name', wire.string('name'));
  Object.assign(forms, marks, known({ name: nameForm(wireName, toolNameRule) }));
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({
      description: wire.string('description'),
      parameters: readSchema(wire, ['parametersJsonSchema', 'parameters'], forms),
      returns: readSchema(wire, ['responseJsonSchema', 'response'], forms),
      behavior: wire.string('behavior'),
    }),
    ...wire.annotations(name, forms),
  };
}

/** A schema under either of two names: the first holds JSON schema, the second Gemini's own. */
export function readSchema(
  wire: WireObject,
  [plain, own]: readonly [plain: string, own: string],
  forms: Record<string, string>,
): Json | undefined {
  const written = wire.json(plain);
  if (written !== undefined) return written;
  const original = wire.json(own);
  if (original === undefined) return undefined;
  const { schema, form } = fromOwnSchema(original);
  forms[plain] = form;
  return schema;
}

export function renderSchema(
  schema: Json | undefined,
  [plain, own]: readonly [plain: string, own: string],
  form: string | undefined,
): Record<string, Json> {
  if (schema === undefined) return {};
  if (form === undefined) return { [plain]: schema };
  return { [own]: form === 'own' ? toOwnSchema(schema) : schema };
}

export function renderTools(tools: readonly Tool[], isOwn: boolean, losses: Loss[]): Json[] {
  const objects = new Map<string, Record<string, Json>>();
  for (const [index, tool] of tools.entries()) renderInto(objects, tool, { index, isOwn, losses });
  return [...objects.values()];
}

interface ToolRendering {
  readonly index: number;
  readonly isOwn: boolean;
  readonly losses: Loss[];
}

function renderInto(objects: Map<string, Record<string, Json>>, tool: Tool, rendering: ToolRendering): void {
  const { index, losses } = rendering;
  const field = `tools[${index}]`;
  const drop = (detail: string): number => losses.push({ field, action: 'dropped', detail });
  if (tool.type === 'custom') {
    drop(`${name} has no tools with free-text input.`);
    return;
  }
  if (tool.type === 'native') {
    if (tool.dialect !== name) drop(`A tool run by the provider of ${tool.dialect} has no counterpart here.`);
    else Object.assign(objectAt(objects, formOf(tool, name, 'place') ?? `native${index}`), tool.value);
    return;
  }
  const place = (rendering.isOwn ? formOf(tool, name, 'place') : undefined) ?? 'functions';
  const object = objectAt(objects, place);
  const { own, around } = splitUnknown(tool);
  const key =
    formOf(tool, name, 'toolNames') === undefined && object.function_declarations === undefined
      ? 'functionDeclarations'
      : 'function_declarations';
  object[key] = [...((object[key] as Json[] | undefined) ?? []), renderFunction(own, field, losses)];
  finishNode(object, around);
  for (const empty of (formOf(tool, name, 'toolNulls') ?? '').split(','))
    if (empty !== '') object[empty] = null;
}

/** Unknown fields of the object around the functions go back to it. */
function splitUnknown(tool: FunctionTool): { readonly own: FunctionTool; readonly around: Annotated } {
  const fields = Object.entries(tool.extensions?.[name] ?? {});
  const around = fields.filter(([path]) => path.startsWith(aroundFunctions));
  if (around.length === 0) return { own: tool, around: {} };
  const pick = (entries: readonly (readonly [string, Json])[]): Annotated => ({
    extensions: { [name]: Object.fromEntries(entries) },
  });
  const kept = fields.filter(([path]) => !path.startsWith(aroundFunctions));
  return {
    own: { ...tool, ...pick(kept) },
    around: pick(around.map(([path, value]) => [path.slice(aroundFunctions.length), value] as const)),
  };
}

function objectAt(objects: Map<string, Record<string, Json>>, place: string): Record<string, Json> {
  let object = objects.get(place);
  if (object === undefined) {
    object = {};
    objects.set(place, object);
  }
  return object;
}

function renderFunction(tool: FunctionTool, field: string, losses: Loss[]): Json {
  reportToolExtras(tool, { field, dialect: name, said: ['returns', 'behavior'] }, losses);
  const place = { form: formOf(tool, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    name: renderName(tool.name, place, losses),
    description: tool.description,
    behavior: tool.behavior,
    ...renderSchema(
      tool.parameters,
      ['parametersJsonSchema', 'parameters'],
      formOf(tool, name, 'parametersJsonSchema'),
    ),
    ...renderSchema(
      tool.returns,
      ['responseJsonSchema', 'response'],
      formOf(tool, name, 'responseJsonSchema'),
    ),
  });
  finishNode(wire, tool);
  return wire;
}

const typeByMode = { AUTO: 'auto', ANY: 'required', NONE: 'none', VALIDATED: 'auto' } as const;
const modeByType = { auto: 'AUTO', required: 'ANY', none: 'NONE' } as const;

/** `functionCallingConfig`: a mode, and the functions it is limited to. */
export function parseToolChoice(wire: WireObject): ToolChoice | undefined {
  const written = wire.string('mode');
  const names = wire.strings('allowedFunctionNames');
  if (written === undefined && names === undefined) return undefined;
  const mode = (written ?? 'AUTO').toUpperCase();
  if (!Object.hasOwn(typeByMode, mode)) {
    return { type: 'native', dialect: name, value: present({ mode: written, allowedFunctionNames: names }) };
  }
  const type = typeByMode[mode as keyof typeof typeByMode];
  const forms: Record<string, string> = known({ list: names?.length === 0 ? 'empty' : undefined }) as never;
  const choice = choiceOf(type, names ?? []);
  if (written !== modeOf(choice)) forms.mode = written ?? 'absent';
  const spelling = Object.keys(forms).length === 0 ? {} : { spelling: { dialect: name, forms } };
  return { ...choice, ...mergeForms(choice, spelling) };
}

function mergeForms(
  choice: ToolChoice,
  { spelling }: Pick<ToolChoice, 'spelling'>,
): Pick<ToolChoice, 'spelling'> {
  if (spelling === undefined || choice.spelling === undefined)
    return spelling === undefined ? {} : { spelling };
  return { spelling: { dialect: name, forms: { ...choice.spelling.forms, ...spelling.forms } } };
}

function choiceOf(type: 'auto' | 'required' | 'none', names: readonly string[]): ToolChoice {
  const [only, ...others] = names;
  if (only === undefined || type === 'none') return { type };
  if (type === 'required' && others.length === 0) return { type: 'tool', ...namedTool(only) };
  return {
    type: 'allowed',
    mode: type,
    tools: names.map((each) => ({ type: 'function', ...namedTool(each) })),
  };
}

function namedTool(wireName: string): Pick<AllowedTool, 'name' | 'spelling'> {
  const form = nameForm(wireName, toolNameRule);
  return {
    name: decodeName(wireName),
    ...(form !== undefined && { spelling: { dialect: name, forms: { name: form } } }),
  };
}

/** The mode as we write it. Allowing some and demanding none has a mode of its own. */
function modeOf(choice: ToolChoice): string | undefined {
  if (choice.type === 'tool') return 'ANY';
  if (choice.type === 'allowed') return choice.mode === 'required' ? 'ANY' : 'VALIDATED';
  return choice.type === 'native' ? undefined : modeByType[choice.type];
}

export function renderToolChoice(choice: ToolChoice, losses: Loss[]): Record<string, Json> {
  if (choice.type === 'native') {
    if (choice.dialect === name) return { ...(choice.value as JsonObject) };
    losses.push({
      field: 'toolChoice',
      action: 'dropped',
      detail: `Only ${choice.dialect} knows this choice.`,
    });
    return {};
  }
  if (choice.type === 'tool' && choice.custom) {
    losses.push({ field: 'toolChoice', action: 'dropped', detail: `\`${choice.name}\` cannot be sent.` });
    return {};
  }
  if (choice.type === 'allowed' && choice.mode === 'required' && choice.tools.length === 1)
    losses.push({
      field: 'toolChoice',
      action: 'emulated',
      detail: 'The only allowed tool is the one to call.',
    });
  const names = namesOf(choice, losses);
  const form = formOf(choice, name, 'mode');
  const mode = form === 'absent' ? undefined : (form ?? modeOf(choice));
  const isEmpty = formOf(choice, name, 'list') === 'empty';
  return present({ mode, allowedFunctionNames: names ?? (isEmpty ? [] : undefined) });
}

function namesOf(choice: ToolChoice, losses: Loss[]): readonly string[] | undefined {
  const render = (tool: Pick<AllowedTool, 'name' | 'spelling'>): string => {
    const place = { form: formOf(tool, name, 'name'), rule: toolNameRule, field: 'toolChoice.name' };
    return renderName(tool.name, place, losses);
  };
  if (choice.type === 'tool') return [render(choice)];
  return choice.type === 'allowed' ? choice.tools.map(render) : undefined;
}
