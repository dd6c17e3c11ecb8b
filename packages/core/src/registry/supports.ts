/** What a model can do, read from its card. Unknown is `undefined`, so that nobody takes silence for a yes or a no. */
import type { ModelCard } from './model-card.ts';

/** A limit is asked for by how much is needed. */
export type Feature =
  | 'text'
  | 'images'
  | 'documents'
  | 'audio'
  | 'tools'
  | 'parallel-tools'
  | 'structured-output'
  | 'reasoning'
  | 'streaming'
  | 'temperature'
  | { readonly contextWindow: number }
  | { readonly maxOutput: number };

type NamedFeature = Extract<Feature, string>;

/** Fields of the card that answer, the first that is known. */
const fields: Readonly<Record<Exclude<NamedFeature, 'text'>, readonly string[]>> = {
  images: ['vision'],
  documents: ['documents', 'pdf_input'],
  audio: ['audio'],
  tools: ['function_calling'],
  'parallel-tools': ['parallel_tool_calls'],
  'structured-output': ['json_schema'],
  reasoning: ['thinking'],
  streaming: ['streaming'],
  temperature: ['temperature'],
};

/** Kinds of calls that are answered with text, and kinds that are not. */
const writesText: Readonly<Record<string, boolean>> = {
  chat: true,
  responses: true,
  assistants: true,
  completions: true,
  generateContent: true,
  realtime: true,
  embeddings: false,
  rerank: false,
  images: false,
  moderation: false,
  videos: false,
  speech: false,
  transcriptions: false,
};

export function supports(card: ModelCard, feature: Feature): boolean | undefined {
  if (typeof feature !== 'string') return reaches(card, feature);
  if (feature === 'text') {
    const { endpoint = '' } = card;
    return card.abilities.text ?? (Object.hasOwn(writesText, endpoint) ? writesText[endpoint] : undefined);
  }
  const field = fields[feature].find((name) => card.abilities[name] !== undefined);
  const answer = field === undefined ? undefined : card.abilities[field];
  // No tools, no two at once, whether or not the card says so.
  if (feature === 'parallel-tools' && supports(card, 'tools') === false) return false;
  return answer;
}

function reaches({ limits }: ModelCard, need: Exclude<Feature, string>): boolean | undefined {
  const [limit, needed] =
    'contextWindow' in need ? [limits.contextWindow, need.contextWindow] : [limits.maxOutput, need.maxOutput];
  return limit === undefined ? undefined : limit >= needed;
}
