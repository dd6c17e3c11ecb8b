/** What a request to Ollama says besides its words, in either format: options, thinking, and the form of the answer. */
import { isJsonObject, type Json, type JsonObject, setField } from '../json/index.ts';
import {
  type ChatRequest,
  formOf,
  joinRequests,
  known,
  knownGroup,
  type Loss,
  type OutputFormat,
  type Reasoning,
  readFields,
  unexpected,
  type WireField,
  type WireObject,
  writeFields,
} from '../message/index.ts';

/** `options` of a request; what else stands there tunes the machine that runs the model. */
export const optionFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['top_k', 'sampling.topK', 'number'],
  ['seed', 'sampling.seed', 'number'],
  ['frequency_penalty', 'sampling.frequencyPenalty', 'number'],
  ['presence_penalty', 'sampling.presencePenalty', 'number'],
  ['stop', 'stop', 'strings'],
];

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

/** Without a word about it the answer streams. */
export function parseStream(wire: WireObject, forms: Record<string, string>): boolean {
  const stream = wire.boolean('stream');
  if (stream === undefined) forms.stream = 'absent';
  return stream ?? true;
}

/** Silence asks for a stream, so the opposite is always written out. */
export function renderStream(request: ChatRequest, dialect: string): Json | undefined {
  const isSilent = request.stream === true && formOf(request, dialect, 'stream') === 'absent';
  return isSilent ? undefined : (request.stream ?? false);
}

export function parseThink(wire: WireObject): { readonly reasoning?: Reasoning } {
  if (typeof wire.peek('think') === 'string') return { reasoning: known({ effort: wire.string('think') }) };
  const think = wire.boolean('think');
  return think === undefined ? {} : { reasoning: { mode: think ? 'enabled' : 'disabled' } };
}

/** Levels of `think`, and what comes nearest to those of others. */
const levels: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

export interface ThinkRendering {
  /** Whether `think` may be a level. */
  readonly thinkLevels: boolean;
  readonly losses: Loss[];
  /** Whether the request was written in the same format, so that its word is repeated. */
  readonly isOwn: boolean;
}

export function renderThink(
  { reasoning }: ChatRequest,
  { thinkLevels, losses, isOwn }: ThinkRendering,
): Json | undefined {
  const { effort, mode, budgetTokens } = reasoning ?? {};
  const tell = (field: string, action: Loss['action'], detail: string): void => {
    losses.push({ field: `reasoning.${field}`, action, detail });
  };
  if (effort === undefined) {
    if (budgetTokens !== undefined) tell('budgetTokens', 'emulated', 'Sent as `think: true`.');
    if (mode === undefined) return budgetTokens === undefined ? undefined : true;
    if (mode !== 'enabled' && mode !== 'disabled') tell('mode', 'emulated', 'Sent as `think: true`.');
    return mode !== 'disabled';
  }
  if (isOwn) return effort;
  if (mode !== undefined) tell('mode', 'dropped', 'The effort says it here.');
  if (budgetTokens !== undefined) tell('budgetTokens', 'dropped', 'The effort says it here.');
  if (effort === 'none') return false;
  const level = Object.hasOwn(levels, effort) ? (levels[effort] as string) : 'medium';
  if (!thinkLevels) {
    tell('effort', 'emulated', 'Sent as `think: true`.');
    return true;
  }
  if (level !== effort) tell('effort', 'clamped', `\`${effort}\` is sent as \`${level}\`.`);
  return level;
}

export function parseFormat(
  wire: WireObject,
  forms: Record<string, string>,
): { readonly outputFormat?: OutputFormat } {
  const format = wire.json('format');
  if (format === undefined) return {};
  if (isJsonObject(format)) return { outputFormat: { type: 'json-schema', schema: format } };
  if (format === 'json') return { outputFormat: { type: 'json' } };
  if (format !== '') throw unexpected('format', '`json` or a JSON schema');
  forms.format = 'empty';
  return {};
}

export function renderFormat({ outputFormat }: ChatRequest, losses: Loss[]): Json | undefined {
  if (outputFormat === undefined || outputFormat.type === 'text') return undefined;
  if (outputFormat.type === 'json') return 'json';
  const tell = (field: string, action: Loss['action'], detail: string): void => {
    losses.push({ field: `outputFormat.${field}`, action, detail });
  };
  for (const key of ['name', 'description'] as const) {
    if (outputFormat[key] !== undefined) tell(key, 'dropped', 'Schemas carry no label here.');
  }
  if (outputFormat.strict === false) tell('strict', 'dropped', 'Schemas are always strict here.');
  if (outputFormat.schema !== undefined) return outputFormat.schema;
  tell('schema', 'emulated', 'There is none, so that any JSON is asked for.');
  return 'json';
}
