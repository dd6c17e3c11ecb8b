/** A canonical request becomes a completion request; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  isSpelledBy,
  type Loss,
  type Rendered,
  refuseCounting,
  reportUnsaid,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { renderPrompt } from './parts.ts';
import {
  alternativesMax,
  name,
  type OpenAiCompletionsQuirks,
  otherSaidPaths,
  path,
  requestFields,
  stopsMax,
  streamOptionFields,
} from './wire.ts';

interface Rendering {
  readonly quirks: OpenAiCompletionsQuirks;
  readonly losses: Loss[];
  readonly isOwn: boolean;
}

const saidPaths: ReadonlySet<string> = new Set([...requestFields.map(([, at]) => at), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: OpenAiCompletionsQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name };
  const body: Record<string, Json> = {
    ...(formOf(request, name, 'model') !== 'path' && { model: request.model }),
    ...renderPromptField(request, rendering),
    ...writeFields(request, requestFields),
    ...renderStop(request, rendering),
    ...renderLogprobs(request, rendering),
    ...renderStreamOptions(request, rendering),
  };
  applyAnnotations(body, request, name);
  for (const [index] of (request.tools ?? []).entries()) {
    rendering.losses.push({ field: `tools[${index}]`, action: 'dropped', detail: `${name} has no tools.` });
  }
  rendering.losses.push(...reportUnsaid(request, saidPaths, name));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses: rendering.losses };
}

function renderPromptField(request: ChatRequest, { losses, isOwn }: Rendering): Record<string, Json> {
  const [part] = request.turns[0]?.parts ?? [];
  if (isOwn && part === undefined && request.system === undefined) return {};
  if (request.turns.length === 1 && part?.type === 'native' && part.dialect === name)
    return { ...part.value };
  const prompt = renderPrompt(request, losses);
  return { prompt: formOf(request, name, 'prompt') === 'list' ? [prompt] : prompt };
}

function renderStop(request: ChatRequest, { losses, isOwn }: Rendering): Record<string, Json> {
  const { stop } = request;
  if (stop === undefined) return {};
  if (formOf(request, name, 'stop') === 'text') return { stop: stop[0] ?? '' };
  if (isOwn || stop.length <= stopsMax) return { stop: [...stop] };
  losses.push({ field: 'stop', action: 'clamped', detail: `Only the first ${stopsMax} are sent.` });
  return { stop: stop.slice(0, stopsMax) };
}

function renderLogprobs({ sampling }: ChatRequest, { losses, isOwn }: Rendering): Record<string, Json> {
  const { logprobs, topLogprobs } = sampling ?? {};
  if (logprobs !== true && topLogprobs === undefined) return {};
  if (logprobs !== true)
    losses.push({
      field: 'sampling.logprobs',
      action: 'emulated',
      detail: 'Alternatives come with the tokens.',
    });
  const alternatives = topLogprobs ?? 0;
  if (isOwn || alternatives <= alternativesMax) return { logprobs: alternatives };
  losses.push({
    field: 'sampling.topLogprobs',
    action: 'clamped',
    detail: `${alternativesMax} are asked for.`,
  });
  return { logprobs: alternativesMax };
}

function renderStreamOptions(request: ChatRequest, { quirks, isOwn }: Rendering): Record<string, Json> {
  const options = writeFields(request, streamOptionFields);
  if (!isOwn && request.stream && quirks.askForUsage) options.include_usage = true;
  const isPresent = isSpelledBy(request, name) && formOf(request, name, 'stream_options') === 'present';
  return Object.keys(options).length === 0 && !isPresent ? {} : { stream_options: options };
}
