/** A canonical request becomes a prompt for Ollama; what the format cannot say is reported. */
import type { Json, JsonObject } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  hoistSystem,
  type Loss,
  type Part,
  present,
  type Rendered,
  refuseCounting,
  reportNews,
  reportUnsaid,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { reportText } from '../ollama-parts.ts';
import { optionFields, renderFormat, renderOptions, renderStream, renderThink } from '../ollama-request.ts';
import { renderPrompt } from './parts.ts';
import { imageFields, name, type OllamaGenerateQuirks, otherSaidPaths, path, requestFields } from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set([
  ...[...requestFields, ...optionFields].map(([, at]) => at),
  ...otherSaidPaths,
]);

export function renderRequest(
  request: ChatRequest,
  { thinkLevels }: OllamaGenerateQuirks,
): Rendered<WireCall> {
  refuseCounting(request, name);
  const losses: Loss[] = [];
  const { system, turns } = hoistSystem(request, false, losses);
  const { text, images } = renderPrompt(turns, losses);
  const { service, output, tools = [] } = request;
  for (const index of tools.keys())
    losses.push({ field: `tools[${index}]`, action: 'dropped', detail: `${name} has no tools.` });
  const body: Record<string, Json> = present({
    model: request.model,
    prompt: text === '' && formOf(request, name, 'prompt') === 'absent' ? undefined : text,
    images: images.length === 0 ? undefined : images,
    system: renderSystem(system, losses),
    template: service?.promptTemplate,
    context: service?.promptState,
    suffix: output?.suffix,
    ...renderImageOptions(output?.image, losses),
    stream: renderStream(request, name),
    ...writeFields(request, requestFields),
    options: renderOptions(request),
    think: renderThink(request, { thinkLevels, losses, isOwn: request.dialect === name }),
    format: renderFormat(request, losses),
  });
  repeatEmpty(body, request);
  applyAnnotations(body, request, name);
  reportNews(losses, reportUnsaid(request, saidPaths, name));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
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

function renderSystem(parts: readonly Part[] | undefined, losses: Loss[]): string | undefined {
  for (const [index, part] of (parts ?? []).entries()) {
    const field = `system[${index}]`;
    if (part.type === 'text') reportText(part, field, losses, name);
    else losses.push({ field, action: 'dropped', detail: 'Instructions are text only.' });
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
