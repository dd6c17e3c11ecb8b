/**
 * What a format cannot hold at all. The contract asks every dialect to keep everything; for what stands here it asks for a
 * loss instead. A row is a statement about the vendor's format, not about our code.
 */
import type { Json } from '../../json/index.ts';
import type { Loss } from '../../message/index.ts';
import { textBesideDocument } from '../bedrock-converse/wire.ts';
import type { AnswerMeaning, CallMeaning, RequestMeaning } from './meaning.ts';

export type Limit =
  /** Images by address: the format takes their bytes only. */
  | 'image-urls'
  | 'images'
  | 'documents'
  /** Documents by address. */
  | 'document-urls'
  | 'document-titles'
  /** Documents without a word beside them: one is added. */
  | 'documents-alone'
  /** Tools, their calls and their results. */
  | 'tools'
  | 'strict'
  /** Ids of calls are the format's own. */
  | 'call-ids'
  /** One prompt instead of turns. */
  | 'turns'
  /** That a call ended the answer is seen from the calls alone. */
  | 'tool-calls-stop'
  | 'reasoning'
  | 'refusal'
  | 'id'
  | 'model'
  | 'cacheRead'
  | 'cacheWrite'
  | 'reasoning-count'
  /** What the system says, apart from the prompt. */
  | 'instructions'
  /** A schema that the answer must fit. */
  | 'schemas'
  | 'stop-sequences'
  /** That one tool, or any, must be called. */
  | 'forced-tool'
  /** That only one call at a time is wanted. */
  | 'parallel-switch'
  /** That a result tells of a failure. */
  | 'failed-results'
  /** A place for what only the maker of the reasoning can read. */
  | 'reasoning-state'
  /** Reasoning that comes back without state of the vendor, who refuses it. */
  | 'unsigned-reasoning'
  /** A call that comes in parts: it comes whole, however long its arguments are. */
  | 'argument-deltas'
  /** A reason to stop that says that the answer is a refusal. */
  | 'refusal-stop';

const limits: Readonly<Record<string, readonly Limit[]>> = {
  'anthropic-messages': ['unsigned-reasoning'],
  'bedrock-converse': [
    ...(['image-urls', 'document-urls', 'documents-alone', 'id', 'model', 'reasoning-count'] as const),
    ...(['parallel-switch', 'unsigned-reasoning'] as const),
  ],
  // A failure can only be told in the words of a result; a choice names no tool, so only that tool is sent.
  'cohere-chat': [
    ...(['documents', 'model', 'strict', 'cacheWrite', 'tool-calls-stop'] as const),
    ...(['parallel-switch', 'failed-results', 'reasoning-state'] as const),
  ],
  // `VALIDATED` is a mode for all tools.
  'gemini-generate': [
    ...(['strict', 'cacheWrite', 'tool-calls-stop', 'parallel-switch', 'unsigned-reasoning'] as const),
  ],
  'mistral-chat': [
    ...(['call-ids', 'cacheWrite', 'reasoning-count', 'failed-results'] as const),
  ],
  // Tools are offered and nothing more is said of them: no choice, no number of calls, no failure.
  'ollama-chat': [
    ...(['image-urls', 'documents', 'id', 'strict', 'cacheRead', 'cacheWrite'] as const),
    ...(['reasoning-count', 'tool-calls-stop', 'forced-tool', 'parallel-switch'] as const),
    ...(['failed-results', 'reasoning-state'] as const),
  ],
  'ollama-generate': [
    ...(['turns', 'tools', 'image-urls', 'documents', 'id'] as const),
    ...(['cacheRead', 'cacheWrite', 'reasoning-count', 'refusal', 'reasoning-state'] as const),
  ],
  'openai-chat': ['failed-results'],
  // A text that is continued: nothing stands beside it.
  'openai-completions': [
    ...(['turns', 'tools', 'images', 'documents', 'reasoning', 'refusal'] as const),
    ...(['instructions', 'schemas', 'reasoning-state'] as const),
  ],
  // The API has no field for stop sequences.
  'openai-responses': ['tool-calls-stop', 'stop-sequences', 'failed-results', 'unsigned-reasoning'],
};

/** Limits of few formats, one row each. */
const furtherLimits: Readonly<Partial<Record<Limit, readonly string[]>>> = {
  // Arguments are objects of JSON, which have no halves; Mistral sends its calls whole although they are text.
  'argument-deltas': ['gemini-generate', 'mistral-chat', 'ollama-chat'],
  // Their reasons are an end, a limit, calls or an error.
  'refusal-stop': ['cohere-chat', 'mistral-chat', 'ollama-chat', 'ollama-generate'],
};

export function limitsOf(...names: readonly string[]): ReadonlySet<Limit> {
  const further = (Object.keys(furtherLimits) as Limit[]).filter((limit) =>
    names.some((name) => furtherLimits[limit]?.includes(name)),
  );
  return new Set([...names.flatMap((name) => limits[name] ?? []), ...further]);
}

/** The request as far as formats with these limits can say it. */
export function withinRequest(meaning: RequestMeaning, limited: ReadonlySet<Limit>): RequestMeaning {
  const takesTools = !limited.has('tools');
  return {
    ...meaning,
    texts: limited.has('turns') ? [] : spokenTexts(textsWithin(meaning.texts, limited)),
    system: limited.has('turns') ? '' : meaning.system,
    calls: takesTools ? callsWithin(meaning.calls, limited) : [],
    results: takesTools ? resultsWithin(meaning.results, limited) : [],
    failures: failuresWithin(meaning.failures, limited),
    images: limited.has('images')
      ? []
      : meaning.images.filter(({ kind }) => kind !== 'url' || !limited.has('image-urls')),
    documents: documentsWithin(meaning.documents, limited),
  };
}

function textsWithin(texts: RequestMeaning['texts'], limited: ReadonlySet<Limit>): RequestMeaning['texts'] {
  if (!limited.has('documents-alone')) return texts;
  return texts.map(([role, text]) => [role, text.replaceAll(textBesideDocument, '')] as const);
}

/** A turn that has nothing left to say may be sent empty or not at all; its neighbours are then one speaker's. */
function spokenTexts(texts: RequestMeaning['texts']): RequestMeaning['texts'] {
  const spoken: (readonly [string, string])[] = [];
  for (const [role, text] of texts) {
    const last = spoken.at(-1);
    if (text === '') continue;
    if (last?.[0] === role) spoken[spoken.length - 1] = [role, last[1] + text];
    else spoken.push([role, text]);
  }
  return spoken;
}

function resultsWithin(
  results: RequestMeaning['results'],
  limited: ReadonlySet<Limit>,
): RequestMeaning['results'] {
  return limited.has('call-ids') ? results.map(([, text]) => ['', text] as const) : results;
}

function failuresWithin(failures: readonly string[], limited: ReadonlySet<Limit>): readonly string[] {
  if (limited.has('tools')) return [];
  return limited.has('call-ids') ? failures.map(() => '') : failures;
}

function documentsWithin(documents: readonly Json[], limited: ReadonlySet<Limit>): readonly Json[] {
  if (limited.has('documents')) return [];
  const seen = documents as readonly { source: { kind: string }; title: Json }[];
  return seen
    .filter(({ source }) => source.kind !== 'url' || !limited.has('document-urls'))
    .map(({ source, title }) => (limited.has('document-titles') ? { source } : { source, title }));
}

export function callsWithin(calls: readonly CallMeaning[], limited: ReadonlySet<Limit>): CallMeaning[] {
  if (limited.has('tools')) return [];
  return limited.has('call-ids') ? calls.map((call) => ({ ...call, id: '' })) : [...calls];
}

/** Tool definitions, as `toolMeanings` gives them. */
export function toolsWithin(tools: readonly Json[], limited: ReadonlySet<Limit>): Json[] {
  if (limited.has('tools')) return [];
  if (!limited.has('strict')) return [...tools];
  return tools.map((tool) => {
    const { strict: _strict, ...rest } = tool as { strict?: boolean };
    return rest;
  });
}

/** The answer as far as formats with these limits can say it. */
export function withinAnswer(meaning: AnswerMeaning, limited: ReadonlySet<Limit>): unknown {
  return {
    choices: meaning.choices.map((choice) => choiceWithin(choice, limited)),
    usage: usageWithin(meaning.usage as Record<string, number> | undefined, limited),
    ...(!limited.has('id') && { id: meaning.id }),
    ...(!limited.has('model') && { model: meaning.model }),
  };
}

function choiceWithin(choice: AnswerMeaning['choices'][number], limited: ReadonlySet<Limit>) {
  const calls = callsWithin(choice.calls, limited);
  const dropped = new Set([
    ...(limited.has('tools') ? ['tool-call'] : []),
    ...(limited.has('reasoning') ? ['reasoning'] : []),
    ...(limited.has('refusal') ? ['refusal'] : []),
  ]);
  return {
    ...choice,
    calls,
    order: choice.order.filter((type) => !dropped.has(type)),
    reasoning: limited.has('reasoning') ? '' : choice.reasoning,
    refusal: limited.has('refusal') ? '' : choice.refusal,
    stop: stopWithin(choice.stop, calls.length, limited),
  };
}

/** Where calls alone tell how an answer ended, an end and the calls cannot disagree. */
function stopWithin(stop: string, calls: number, limited: ReadonlySet<Limit>): string {
  if (limited.has('tools') && stop === 'tool-calls') return 'stop';
  const isEnd = stop === 'stop' || stop === 'tool-calls';
  if (!isEnd || !limited.has('tool-calls-stop')) return stop;
  return calls > 0 ? 'tool-calls' : 'stop';
}

function usageWithin(usage: Record<string, number> | undefined, limited: ReadonlySet<Limit>) {
  if (usage === undefined) return undefined;
  const { input, output, uncached, cacheRead, cacheWrite, reasoning } = usage;
  return {
    input,
    output,
    ...(!limited.has('cacheRead') && { cacheRead }),
    ...(!limited.has('cacheWrite') && { cacheWrite }),
    ...(!limited.has('cacheRead') && !limited.has('cacheWrite') && { uncached }),
    ...(!limited.has('reasoning-count') && { reasoning }),
  };
}

/** How many things of a request its format cannot hold; each must be told. */
export function beyondLimits(request: RequestMeaning, limited: ReadonlySet<Limit>): number {
  const kept = withinRequest(request, limited);
  const count = ({ images, documents, calls, results }: RequestMeaning): number =>
    images.length + documents.length + calls.length + results.length;
  return count(request) - count(kept);
}

/** Losses of the conversation itself. */
export function conversationLosses(losses: readonly Loss[]): readonly Loss[] {
  return losses.filter(({ field }) => field.startsWith('turns'));
}
