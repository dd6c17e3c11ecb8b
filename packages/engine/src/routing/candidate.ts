/** A model at a provider that a call may be sent to, with what is known of it and what its alias asks of calls for it. */
import type { Provider } from '../providers/index.ts';
import type { Check } from './condition.ts';
import { factsOfLock } from './locked-facts.ts';
import type { LockedModel } from './locked-names.ts';
import { findTarget } from './pick-speech.ts';
import type { Endpoint, ModelFacts, PlanQuestion, Target } from './plan.ts';

export type FactsOf = (provider: Provider, model: string) => ModelFacts | undefined;

/** What an alias says of one of its targets. */
export interface CandidateTerms {
  readonly tier: number;
  readonly weight: number;
  readonly percent?: number;
  readonly when?: Check;
  readonly tags?: readonly (readonly [string, string])[];
  readonly locked?: LockedModel;
}

const noTerms: CandidateTerms = { tier: 0, weight: 1 };

const features = ['tools', 'images', 'documents', 'audio', 'schema', 'reasoning'] as const;
export type Feature = (typeof features)[number];

export class Candidate {
  readonly key: string;
  readonly provider: Provider;
  readonly model: string;
  readonly terms: CandidateTerms;
  readonly #factsOf: FactsOf;
  #facts: ModelFacts | undefined;
  #lacks: ReadonlySet<Feature> | undefined;
  /** Targets say nothing of a call but its kind and format, so each is made once. */
  readonly #targets: Partial<Record<Endpoint, Map<string, Target | undefined>>> = {};

  constructor(provider: Provider, model: string, factsOf: FactsOf, terms: CandidateTerms = noTerms) {
    this.key = `${provider.name}:${model}`;
    this.provider = provider;
    this.model = model;
    this.terms = terms;
    this.#factsOf = factsOf;
  }

  get facts(): ModelFacts | undefined {
    this.#read();
    return this.#facts;
  }

  /** What it is known not to do. */
  get lacks(): ReadonlySet<Feature> {
    return this.#lacks ?? this.#read();
  }

  findTarget(question: Pick<PlanQuestion, 'endpoint' | 'dialect'>): Target | undefined {
    const { endpoint, dialect } = question;
    this.#targets[endpoint] ??= new Map();
    const ofEndpoint = this.#targets[endpoint];
    const known = ofEndpoint.get(dialect);
    if (known !== undefined) return known;
    const found = findTarget(this.provider, this.model, question);
    const { locked } = this.terms;
    const target = found === undefined || locked === undefined ? found : { ...found, locked };
    ofEndpoint.set(dialect, target);
    return target;
  }

  #read(): ReadonlySet<Feature> {
    if (this.#lacks !== undefined) return this.#lacks;
    const { locked } = this.terms;
    const known = this.#factsOf(this.provider, this.model);
    const facts = locked === undefined ? known : factsOfLock(locked, known);
    this.#facts = facts;
    this.#lacks = new Set(facts && features.filter((feature) => facts.supports(feature) === false));
    return this.#lacks;
  }
}
