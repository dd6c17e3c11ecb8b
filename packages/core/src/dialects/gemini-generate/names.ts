/**
 * The API reads `inline_data` as well as `inlineData`. Here known names become the official ones when an object is opened,
 * and are written again as their sender wrote them.
 */
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  bodyValue,
  formOf,
  type Reading,
  WireObject,
} from '../../message/index.ts';
import {
  callingFields,
  candidateDetails,
  configFields,
  name,
  requestFields,
  toolConfigFields,
} from './wire.ts';

const rows = [...requestFields, ...configFields, ...toolConfigFields, ...callingFields];

/** Objects that have no node of their own in the model, and so are read together with the one around them. */
const nested: ReadonlySet<string> = new Set([
  'generateContentRequest',
  'systemInstruction',
  'generationConfig',
  'thinkingConfig',
  'toolConfig',
  'functionCallingConfig',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
]);

const official: ReadonlySet<string> = new Set([
  ...rows.map(([wire]) => wire),
  ...candidateDetails,
  ...nested,
  ...['responseMimeType', 'responseSchema', 'responseJsonSchema', 'responseModalities'],
  ...['thinkingBudget', 'thinkingLevel', 'includeThoughts', 'allowedFunctionNames'],
  ...['functionDeclarations', 'parametersJsonSchema', 'thoughtSignature', 'mimeType', 'fileUri'],
  ...['displayName', 'executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'],
  ...['videoMetadata', 'mediaResolution', 'partMetadata', 'mediaProcessing', 'speechMetadata'],
]);

export interface Opened {
  readonly wire: WireObject;
  /** How it was spelled, so far; more is added while it is read. */
  readonly forms: Record<string, string>;
}

/** Opens an object whose names may be written either way. */
export function openNode(value: unknown, path: string, reading: Reading): Opened {
  const renamed: string[] = [];
  const wire = WireObject.open(isJsonObject(value) ? toOfficial(value, '', renamed) : value, path, reading);
  return { wire, forms: renamed.length === 0 ? {} : { names: renamed.join(',') } };
}

export function openCallBody(body: unknown): Opened {
  return openNode(bodyValue(body), '', 'strict');
}

function toOfficial(value: JsonObject, at: string, renamed: string[]): JsonObject {
  let copy: Record<string, Json> | undefined;
  for (const key of Object.keys(value)) {
    const known = officialName(key, value);
    const child = value[key] as Json;
    const inner =
      nested.has(known) && isJsonObject(child) ? toOfficial(child, `${at}${known}/`, renamed) : child;
    if (known === key && inner === child) continue;
    copy ??= { ...value };
    if (known !== key) {
      delete copy[key];
      renamed.push(at + known);
    }
    setField(copy, known, inner);
  }
  return copy ?? value;
}

function officialName(key: string, value: JsonObject): string {
  if (!key.includes('_')) return key;
  const camel = key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  return official.has(camel) && value[camel] === undefined ? camel : key;
}

/** Ends the rendering of a node: what it remembers is added, and its names are written as they were. */
export function finishNode(wire: Record<string, Json>, node: Annotated | undefined): void {
  applyAnnotations(wire, node, name);
  const renamed = formOf(node, name, 'names');
  if (renamed === undefined) return;
  // Inner names first: their paths are made of official ones.
  const paths = renamed.split(',').map((path) => path.split('/'));
  for (const path of paths.sort((one, other) => other.length - one.length)) renameAt(wire, path);
}

function renameAt(wire: Record<string, Json>, path: readonly string[]): void {
  const last = path.at(-1) as string;
  let target: Json | undefined = wire;
  for (const step of path.slice(0, -1)) target = isJsonObject(target) ? target[step] : undefined;
  if (!isJsonObject(target) || target[last] === undefined) return;
  const fields = target as Record<string, Json>;
  fields[last.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = fields[last] as Json;
  delete fields[last];
}
