/** A canonical request becomes a prompt for Ollama; what the format cannot say is reported. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  hoistSystem,
  type Loss,
  type Part,
  present,
  reportUnsaid,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { renderOptions } from './options.ts';
import { renderPrompt, reportText } from './parts.ts';
import {
  imageFields,
  name,
  type OllamaGenerateQuirks,
  optionFields,
  otherSaidPaths,
  path,
  requestFields,
} from './wire.ts';

interface Rendering {
  readonly quirks: OllamaGenerateQuirks;
  readonly losses: Loss[];
  /** Whether the request was written in this format, so that its spellings are repeated. */
  readonly isOwn: boolean;
}

const saidPaths: ReadonlySet<string> = new Set([
  ...[...requestFields, ...optionFields].map(([, at]) => at),
  ...otherSaidPaths,
]);

export function renderRequest(
  request: ChatRequest,
  quirks: OllamaGenerateQuirks,
): { value: WireCall; losses: Loss[] } {
  refuseCounting(request);
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name };
  const { losses } = rendering;
  const { system, turns } = hoistSystem(request, false, losses);
  const { text, images } = renderPrompt(turns, losses);
  const { service, output, tools = [] } = request;
  for (const index of tools.keys())
    losses.push({ field: `tools[${index}]`, action: 'dropped', detail: `${name} has no tools.` });
  const isSilent = request.stream === true && formOf(request, name, 'stream') === 'absent';
  const body: Record<string, Json> = present({
    model: request.model,
    prompt: text === '' && formOf(request, name, 'prompt') === 'absent' ? undefined : text,
    images: images.length === 0 ? undefined : images,
    system: renderSystem(system, rendering),
    template: service?.promptTemplate,
    context: service?.promptState,
    suffix: output?.suffix,
    ...renderImageOptions(output?.image, losses),
    // Written out, because silence asks for a stream.
    stream: isSilent ? undefined : (request.stream ?? false),
    ...writeFields(request, requestFields),
    options: renderOptions(request),
    think: renderThink(request, rendering),
    format: renderFormat(request, rendering),
  });
  repeatEmpty(body, request);
  applyAnnotations(body, request, name);
  rendering.losses.push(...reportUnsaid(request, saidPaths, name).filter(isNews(rendering)));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses: rendering.losses };
}

function renderImageOptions(image: JsonObject | undefined, losses: Loss[]): Record<string, Json> {
  const said = Object.entries(image ?? {}).filter(([field]) => imageNames.has(field));
  if (said.length < Object.keys(image ?? {}).length) {
    const detail = `Of a drawing only ${imageFields.join(', ')} are said here.`;
    losses.push({ field: 'output.image', action: 'dropped', detail });
  }
  return Object.fromEntries(said);
}

const imageNames: ReadonlySet<string> = new Set(imageFields);

function isNews({ losses }: Rendering): (loss: Loss) => boolean {
  const told = new Set(losses.map(({ field }) => field));
  return ({ field }) => !told.has(field);
}

/** Answering instead of counting would be paid for, so this is no loss to report afterwards. */
function refuseCounting({ purpose }: ChatRequest): void {
  if (purpose !== 'count-tokens') return;
  throw new KeelsonError('lossy_translation', `${name} cannot count tokens without answering.`, {
    details: { dialect: name, field: 'purpose' },
    hint: 'Count with a model whose provider can.',
  });
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

function renderThink({ reasoning }: ChatRequest, { quirks, losses, isOwn }: Rendering): Json | undefined {
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
  if (!quirks.thinkLevels) {
    tell('effort', 'emulated', 'Sent as `think: true`.');
    return true;
  }
  if (level !== effort) tell('effort', 'clamped', `\`${effort}\` is sent as \`${level}\`.`);
  return level;
}

function renderFormat(request: ChatRequest, { losses }: Rendering): Json | undefined {
  const { outputFormat } = request;
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

function renderSystem(parts: readonly Part[] | undefined, rendering: Rendering): string | undefined {
  for (const [index, part] of (parts ?? []).entries()) {
    const field = `system[${index}]`;
    if (part.type === 'text') reportText(part, field, rendering.losses);
    else rendering.losses.push({ field, action: 'dropped', detail: 'Instructions are text only.' });
  }
  return parts?.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Fields that were sent empty are sent so again. */
function repeatEmpty(body: Record<string, Json>, request: ChatRequest): void {
  for (const [field, value] of Object.entries(emptyValues)) {
    if (formOf(request, name, field) === 'empty' && body[field] === undefined) body[field] = value;
  }
}

const emptyValues: Readonly<Record<string, Json>> = {
  system: '',
  template: '',
  suffix: '',
  format: '',
  context: [],
  images: [],
};
