/** Function calls and what they gave back, both ways. Ids are optional here; results name their function instead. */
import { isJsonObject, type Json, type JsonObject, repairJson } from '../../json/index.ts';
import {
  decodeName,
  formOf,
  known,
  type Loss,
  nameForm,
  type OpaqueState,
  type Part,
  present,
  renderName,
  type ToolCallPart,
  type ToolResultPart,
} from '../../message/index.ts';
import { finishNode, type Opened } from './names.ts';
import { drop, type PartRendering, signatureOf } from './rendering.ts';
import { name, toolNameRule } from './wire.ts';

export function parseCall({ wire, forms }: Opened, opaque: { opaque?: OpaqueState }): ToolCallPart {
  const call = wire.required('functionCall', wire.object('functionCall'));
  const wireName = call.string('name');
  const id = call.string('id');
  const args = call.json('args');
  noteForms(forms, { name: wireName === undefined ? 'absent' : nameForm(wireName, toolNameRule) });
  noteForms(forms, { id: id === undefined ? 'absent' : undefined });
  noteForms(forms, { args: args === undefined ? 'absent' : undefined });
  if (wire.boolean('thought') === false) forms.thought = 'false';
  return {
    type: 'tool-call',
    id: id ?? '',
    name: decodeName(wireName ?? ''),
    arguments: args === undefined ? '' : JSON.stringify(args),
    ...opaque,
    ...wire.annotations(name, forms),
  };
}

function noteForms(forms: Record<string, string>, found: Readonly<Record<string, string | undefined>>): void {
  Object.assign(forms, known(found));
}

type ParseParts = (values: readonly Json[], path: string) => Part[];

export function parseResult({ wire, forms }: Opened, parseParts: ParseParts): ToolResultPart {
  const result = wire.required('functionResponse', wire.object('functionResponse'));
  const wireName = result.string('name');
  const id = result.string('id');
  noteForms(forms, { name: wireName === undefined ? 'absent' : nameForm(wireName, toolNameRule) });
  noteForms(forms, { id: id === undefined ? 'absent' : undefined });
  const text = parseResponse(result.json('response'), forms);
  if (wire.boolean('thought') === false) forms.thought = 'false';
  const media = result.list('parts');
  if (media !== undefined) forms.parts = 'kept';
  const parts = parseParts(media ?? [], result.fieldPath('parts'));
  const isError = forms.response?.startsWith('error') === true ? true : undefined;
  return {
    type: 'tool-result',
    callId: id ?? '',
    ...known({ name: wireName === undefined ? undefined : decodeName(wireName), isError }),
    // Media alone need no words beside them.
    parts: parts.length > 0 && isSilent(text) ? parts : [...text, ...parts],
    ...wire.annotations(name, forms),
  };
}

function isSilent([only]: readonly Part[]): boolean {
  return only?.type === 'text' && only.text === '';
}

/** Fields that a result's one text may stand in; only `error` says more than the others. */
const textFields: ReadonlySet<string> = new Set(['output', 'result', 'error']);

/** A response is an object here. Which field of it held the text, if only one did, is remembered. */
function parseResponse(response: Json | undefined, forms: Record<string, string>): Part[] {
  if (response === undefined) {
    forms.response = 'absent';
    return [];
  }
  const [field, ...others] = isJsonObject(response) ? Object.keys(response) : [];
  if (field === undefined || others.length > 0 || !textFields.has(field)) {
    forms.response = 'object';
    return [{ type: 'text', text: JSON.stringify(response) }];
  }
  const value = (response as JsonObject)[field] as Json;
  forms.response = typeof value === 'string' ? field : `${field}-json`;
  return [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }];
}

export function renderCall(
  part: ToolCallPart,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const { losses, quirks, isAnswer } = rendering;
  if (part.hosted !== undefined)
    return drop(rendering, field, `The call of \`${part.name}\` was run by the provider.`);
  for (const key of ['caller', 'toolset'] as const)
    if (part[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on calls.`);
  const hasId = formOf(part, name, 'id') !== 'absent' && part.id !== '' && (isAnswer || quirks.callIds);
  const args =
    formOf(part, name, 'args') === 'absent' && part.arguments === ''
      ? undefined
      : argsOf(part, field, losses);
  return present({
    functionCall: present({
      id: hasId ? part.id : undefined,
      name: renderFunctionName(part, part.name, `${field}.name`, losses),
      args,
    }),
    thoughtSignature: signatureOf(part, field, rendering),
  });
}

function renderFunctionName(
  part: ToolCallPart | ToolResultPart,
  original: string,
  field: string,
  losses: Loss[],
): string | undefined {
  const form = formOf(part, name, 'name');
  if (form === 'absent' && original === '') return undefined;
  return renderName(original, { form, rule: toolNameRule, field }, losses);
}

/** Arguments are an object here. What is no JSON is repaired, and what cannot be repaired is shown as what it is. */
function argsOf(part: ToolCallPart, field: string, losses: Loss[]): Json {
  if (part.arguments === '' && !part.custom) return {};
  const emulate = (detail: string, at = `${field}.arguments`): number =>
    losses.push({ field: at, action: 'emulated', detail });
  if (part.custom) {
    emulate('Free-text input is sent as `{"input": text}`.', field);
    return { input: part.arguments };
  }
  const written = read(part.arguments);
  if (written !== undefined && (isJsonObject(written) || formOf(part, name, 'id') !== undefined))
    return written;
  const value = written ?? repair(part.arguments);
  if (isJsonObject(value)) {
    emulate('The arguments were not JSON and have been repaired.');
    return value;
  }
  emulate('The arguments are no JSON object and are sent as `INVALID_JSON`.');
  return { INVALID_JSON: part.arguments };
}

function read(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function repair(text: string): Json | undefined {
  try {
    return repairJson(text).value;
  } catch {
    return undefined;
  }
}

type RenderOne = (part: Part, field: string, rendering: PartRendering) => Record<string, Json>[];

/** A result, and behind it the media that it could not hold. */
export function renderResult(
  result: ToolResultPart,
  field: string,
  rendering: PartRendering,
  renderOne: RenderOne,
): Record<string, Json>[] {
  const { losses, quirks } = rendering;
  if (result.cache !== undefined) drop(rendering, `${field}.cache`, `${name} has no cache marks.`);
  if (result.toolset !== undefined)
    drop(rendering, `${field}.toolset`, `${name} has no such field on results.`);
  const media = result.parts
    .filter((part) => part.type !== 'text')
    .flatMap((part, index) => renderOne(part, `${field}.parts[${index}]`, rendering));
  const holdsMedia = quirks.mediaInToolResults || formOf(result, name, 'parts') === 'kept';
  if (media.length > 0 && !holdsMedia)
    losses.push({ field: `${field}.parts`, action: 'emulated', detail: 'Media follow the result.' });
  const keepsParts = holdsMedia && (media.length > 0 || formOf(result, name, 'parts') === 'kept');
  const hasId = formOf(result, name, 'id') !== 'absent' && result.callId !== '' && quirks.callIds;
  const called = result.name ?? rendering.callNames.get(result.callId) ?? '';
  const wire: Record<string, Json> = {
    functionResponse: present({
      id: hasId ? result.callId : undefined,
      name: renderFunctionName(result, called, `${field}.name`, losses),
      response: responseOf(result),
      parts: keepsParts ? media : undefined,
    }),
  };
  if (formOf(result, name, 'thought') === 'false') wire.thought = false;
  finishNode(wire, result);
  return holdsMedia ? [wire] : [wire, ...media];
}

function responseOf(result: ToolResultPart): Json | undefined {
  const text = result.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const form = formOf(result, name, 'response');
  if (form === 'absent' && text === '') return undefined;
  const isError = result.isError === true;
  const field = form?.replace('-json', '') ?? '';
  // What was changed since it was read is said anew.
  if ((field === 'error') !== isError || form === undefined || form === 'absent')
    return { [isError ? 'error' : 'output']: text };
  if (form === 'object') return read(text) ?? { output: text };
  return { [field]: form.endsWith('-json') ? (read(text) ?? text) : text };
}

/** Names of the calls in a conversation, by id. */
export function callNamesIn(turns: readonly { readonly parts: readonly Part[] }[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { parts } of turns)
    for (const part of parts) if (part.type === 'tool-call') names.set(part.id, part.name);
  return names;
}
