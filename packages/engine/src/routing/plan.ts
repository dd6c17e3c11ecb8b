/**
 * What routing answers: a plan, flat and decided, so that whoever carries it out never has to look anything up again, and
 * what may be done after a failure.
 */
import type { ChatRequest, KeelsonError, RequestDefaults } from '@keelson/core';
import type { Provider, Speech } from '../providers/index.ts';
import type { LockedModel } from './locked-names.ts';

/** `passed`: anything that goes to a provider of the caller's own format as it is. */
export type Endpoint = 'chat' | 'count-tokens' | 'embed' | 'rerank' | 'passed';

/** `pass-through`: provider and caller speak the same format, so bytes may go through untouched. */
export type Lane = 'pass-through' | 'translated';

export interface Target {
  /** Names provider and model; made once, because a text that is put together anew has to be read anew by every map. */
  readonly key: string;
  readonly provider: Provider;
  /** By the provider's own name. */
  readonly model: string;
  readonly speech: Speech;
  readonly lane: Lane;
  /** What the lockfile holds of the model; it stands against the registry. */
  readonly locked?: LockedModel;
}

/** What routing may want to know of a call. It costs a reading of the request, so it is asked for only where needed. */
export interface CallFacts {
  readonly request?: ChatRequest;
  /** A cheap estimate. */
  readonly inputTokens: number;
  readonly maxOutputTokens?: number;
  readonly hasTools: boolean;
  readonly hasImages: boolean;
  readonly hasDocuments: boolean;
  readonly hasAudio: boolean;
  readonly wantsSchema: boolean;
  readonly wantsReasoning: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface PlanQuestion {
  readonly endpoint: Endpoint;
  /** What people call it, where that is something else. */
  readonly endpointName?: string;
  /** As the caller wrote it. */
  readonly model: string;
  /** Of the lockfile, in place of the usual one. */
  readonly profile?: string;
  readonly dialect: string;
  readonly isStream: boolean;
  readonly keyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sessionId?: string;
  /** Characters of the body: where they alone tell that the call fits everywhere, nobody has to read it. */
  readonly bodyLength?: number;
  /** Asked several times; whoever answers remembers. */
  facts(): CallFacts;
}

export interface Plan {
  readonly requested: string;
  readonly alias?: string;
  /** The profile of the lockfile by which the name was read, and what that lockfile means. */
  readonly profile?: string;
  readonly lockDigest?: string;
  /** What the alias gives to requests that leave it open. */
  readonly defaults?: RequestDefaults;
  /** In the order in which they are tried; never empty. */
  readonly targets: readonly Target[];
  readonly dropped: readonly { readonly model: string; readonly why: string }[];
  readonly policy: AttemptPolicy;
  /** Gets a copy of the call; its answer goes to nobody. */
  readonly shadow?: Target;
  /** Where to go on after these errors, instead of the next target. */
  readonly escalations: { readonly [Code in 'context_too_long' | 'content_blocked']?: readonly Target[] };
}

/** Where calls of a name may go. */
export interface Reach {
  /** Each once: those that errors lead to, too. */
  readonly targets: readonly Target[];
  /** Whether two of them may be asked at once. */
  readonly mayHedge: boolean;
}

export interface AttemptPolicy {
  /** Of all attempts together. */
  readonly maxAttempts: number;
  /** At the same target, after an error that allows it. */
  readonly retries: number;
  /** From the start of the call; no attempt begins after it. */
  readonly deadlineMs: number;
  readonly mayHedge: boolean;
  readonly lossPolicy: 'allow' | 'warn' | 'strict';
  /** Answers are kept, and given again, for so long. */
  readonly cacheTtlMs?: number;
}

export interface FailedAttempt {
  readonly target: Target;
  readonly error: KeelsonError;
}

export type NextStep =
  | { readonly kind: 'again'; readonly target: Target; readonly afterMs: number }
  | { readonly kind: 'next'; readonly target: Target; readonly afterMs: number }
  | { readonly kind: 'stop'; readonly why: string };

/** What an attempt taught, for breakers, latencies and throttles. */
export interface AttemptLesson {
  readonly target: Target;
  readonly outcome: 'answered' | 'failed' | 'cancelled';
  readonly error?: KeelsonError;
  readonly firstByteMs?: number;
  /** Streams and whole answers begin after very different times. */
  readonly isStream?: boolean;
  /** Of the answer, as the provider sent them. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** Facts of a model, from wherever they are kept. */
export interface ModelFacts {
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Dollars per million tokens. */
  readonly inputPrice?: number;
  readonly outputPrice?: number;
  supports(feature: 'tools' | 'images' | 'documents' | 'audio' | 'schema' | 'reasoning'): boolean | undefined;
}

export interface Routing {
  /** Throws `model_not_found` with suggestions, or what all targets lack. */
  plan(question: PlanQuestion): Plan;
  /**
   * Where to begin, when nothing has failed yet, and where to go on after failures, oldest first. What it answers may be
   * tried now, as if `mayTry` had been asked. `elapsedMs` since the call began.
   */
  nextStep(plan: Plan, failures: readonly FailedAttempt[], elapsedMs: number): NextStep;
  /** Whether a target may be tried now; a half-open circuit lets one probe through and counts this question as it. */
  mayTry(target: Target): boolean;
  learn(lesson: AttemptLesson): void;
  /** How long to wait for a first token before a second attempt is worth its price; undefined: not known, do not hedge. */
  hedgeAfterMs(target: Target, isStream?: boolean): number | undefined;
}
