/** What a call asks of a model, held against what is known of models. What is not known speaks against nothing. */
import type { Candidate, Feature } from './candidate.ts';
import type { CallFacts, PlanQuestion } from './plan.ts';

const told: Readonly<Record<Feature, string>> = {
  tools: 'tools',
  images: 'images',
  documents: 'documents',
  audio: 'audio',
  schema: 'structured output',
  reasoning: 'reasoning',
};

export interface Needs {
  readonly features: readonly Feature[];
  readonly inputTokens: number;
}

/** Those without a conversation. */
const plainEndpoints: ReadonlySet<PlanQuestion['endpoint']> = new Set(['embed', 'rerank', 'passed']);

/**
 * Undefined where the needs of the call cannot change anything, so that nobody has to read it: a model alone is told
 * everything, and answers for itself.
 */
export function needsOf(
  candidates: readonly Candidate[],
  question: PlanQuestion,
  isAlone: boolean,
): Needs | undefined {
  if (isAlone || plainEndpoints.has(question.endpoint)) return undefined;
  // A token is hardly ever less than a character.
  const most = question.bodyLength ?? Number.POSITIVE_INFINITY;
  const matters = candidates.some(
    ({ lacks, facts }) => lacks.size > 0 || (facts?.contextWindow ?? most) < most,
  );
  if (!matters) return undefined;
  const facts = question.facts();
  return { features: featuresOf(facts), inputTokens: facts.inputTokens };
}

function featuresOf(facts: CallFacts): Feature[] {
  const wanted: Readonly<Record<Feature, boolean>> = {
    tools: facts.hasTools,
    images: facts.hasImages,
    documents: facts.hasDocuments,
    audio: facts.hasAudio,
    schema: facts.wantsSchema,
    reasoning: facts.wantsReasoning,
  };
  return (Object.keys(wanted) as Feature[]).filter((feature) => wanted[feature]);
}

/** Undefined when it lacks nothing that is needed. */
export function describeLack({ lacks }: Candidate, { features }: Needs): string | undefined {
  const missing = features.filter((feature) => lacks.has(feature)).map((feature) => told[feature]);
  return missing.length === 0 ? undefined : `does not support ${missing.join(', ')}`;
}

/** The estimate may be too high by so much; whoever is at the edge is left to the provider to judge. */
const estimateSlack = 1.25;

export function describeSize({ facts }: Candidate, { inputTokens }: Needs): string | undefined {
  const window = facts?.contextWindow;
  if (window === undefined || inputTokens <= window * estimateSlack) return undefined;
  return `has a context of ${window} tokens, and the call has about ${inputTokens}`;
}
