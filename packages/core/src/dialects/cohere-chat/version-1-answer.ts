/** Answers of version 1, both ways, whole: text, calls and citations side by side, and the counts in `meta`. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  formOf,
  known,
  type Part,
  present,
  type TextPart,
  type WireObject,
} from '../../message/index.ts';
import { parseCitation, renderCitation } from './citations.ts';
import { parseStop, renderStopReason } from './finish-reason.ts';
import { drop, type Rendering, renderFacts, reportForeign } from './rendering.ts';
import { withId } from './tool-calls.ts';
import { readCounts, renderCounts } from './usage.ts';
import { parseCall1, renderCall1 } from './version-1-request.ts';
import { name } from './wire.ts';

export function parseResponse1(wire: WireObject): ChatMessage {
  const text = wire.required('text', wire.string('text'));
  const id = wire.string('generation_id');
  const responseId = wire.string('response_id');
  const calls = wire.list('tool_calls');
  const citations = wire.list('citations');
  const raw = wire.peek('meta');
  const meta = wire.object('meta');
  const usage = meta === undefined ? undefined : { ...readCounts(meta), raw: raw as Json };
  const forms = known({
    version: '1',
    text: text === '' ? 'empty' : undefined,
    response_id: responseId,
    tool_calls: calls?.length === 0 ? 'empty' : undefined,
    citations: citations?.length === 0 ? 'empty' : undefined,
  }) as Record<string, string>;
  const cited =
    citations !== undefined && citations.length > 0 ? { citations: citations.map(parseCitation) } : {};
  const parts: Part[] = [
    ...(text === '' ? [] : [{ type: 'text' as const, text, ...cited }]),
    ...(calls ?? []).map((call, index) => parseCall1(call, `tool_calls[${index}]`, 'lenient')),
  ];
  return {
    dialect: name,
    facts: known({ id }),
    parts: parts.map((part, index) =>
      withId(
        part.type === 'tool-call' ? { ...part, spelling: part.spelling ?? { dialect: name } } : part,
        id,
        index,
      ),
    ),
    stop: parseStop(wire.string('finish_reason')),
    ...(usage !== undefined && { usage }),
    ...wire.annotations(name, forms),
  };
}

export function renderResponse1(
  message: ChatMessage,
  request: ChatRequest,
  rendering: Rendering,
): Record<string, Json> {
  const { losses, isOwn } = rendering;
  const { usage, parts, stop, facts } = message;
  const reason = renderStopReason(stop, isOwn);
  const { id } = renderFacts(facts, request, isOwn ? undefined : losses);
  const body = present({
    response_id: formOf(message, name, 'response_id'),
    text: textOf(parts),
    generation_id: id,
    // A call is no ending of its own in this version.
    finish_reason: reason === 'TOOL_CALL' ? 'COMPLETE' : reason,
    ...(usage !== undefined && { meta: renderCounts(usage) }),
    ...renderCalls(message, rendering),
    ...renderCitations(message, rendering),
  });
  applyAnnotations(body, message, name);
  reportUntold(message, rendering);
  if (!isOwn) reportForeign(message, losses);
  return body;
}

function renderCalls(message: ChatMessage, rendering: Rendering): Record<string, Json> {
  const calls = message.parts.filter((part) => part.type === 'tool-call' && part.hosted === undefined);
  if (calls.length === 0) return formOf(message, name, 'tool_calls') === 'empty' ? { tool_calls: [] } : {};
  return { tool_calls: calls.map((call) => renderCall1(call as never, 'message', rendering)) };
}

function renderCitations(message: ChatMessage, { losses }: Rendering): Record<string, Json> {
  const texts = message.parts.filter((part): part is TextPart => part.type === 'text');
  const wire = texts
    .flatMap((part) => part.citations ?? [])
    .map((citation) => renderCitation(citation, 'message.citations', losses))
    .filter((citation) => citation !== undefined);
  if (wire.length > 0) return { citations: wire };
  return formOf(message, name, 'citations') === 'empty' ? { citations: [] } : {};
}

const toldTypes: ReadonlySet<Part['type']> = new Set(['text', 'refusal', 'tool-call']);

function reportUntold({ parts, logprobs }: ChatMessage, rendering: Rendering): void {
  for (const [index, part] of parts.entries()) {
    const isTold = toldTypes.has(part.type) && !(part.type === 'tool-call' && part.hosted !== undefined);
    if (!isTold) drop(rendering, `message.parts[${index}]`, `Version 1 has no ${part.type} in answers.`);
  }
  if (logprobs !== undefined) drop(rendering, 'logprobs', 'Version 1 has no log probabilities.');
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
}
