/**
 * Gemini's generateContent as it is on the wire: names, rows that map one to one, and quirks. Facts were read from the
 * official SDK's types (3.1, October 2026) and from recorded traffic of v1, v1beta and Vertex.
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'gemini-generate';

/** The model and whether to stream stand in the path; Vertex puts project, region and publisher in front. */
export const answerPath = '/models/{model}:generateContent';
export const streamPath = '/models/{model}:streamGenerateContent';
export const countTokensPath = '/models/{model}:countTokens';
export const paths: readonly string[] = [answerPath, streamPath, countTokensPath];

/** Function names: at most 64 characters; dots and colons are allowed here, but not everywhere else (October 2026). */
export const toolNameRule: NameRule = { maxLength: 64 };

/** How a host or model differs. Everything here concerns what we send; parsing accepts every variant. */
export interface GeminiGenerateQuirks {
  /**
   * Sent in place of a signature that a call of the history lacks: Gemini 3 refuses such calls, and documents
   * `skip_thought_signature_validator` for calls that it did not make.
   */
  readonly missingSignature?: string;
  /** Whether calls and results carry ids; a host that does not know them pairs them by name and order. */
  readonly callIds: boolean;
  /** How a plain effort is asked for: Gemini 3 knows `thinkingLevel`, models before it only a budget. */
  readonly effort: 'level' | 'budget';
  /** Whether results may hold media (Gemini 3); otherwise these follow the results. */
  readonly mediaInToolResults: boolean;
  /** Whether a count of more than messages is wrapped in `generateContentRequest`; Vertex takes it flat. */
  readonly countTokens: 'wrapped' | 'flat';
}

export const quirks: GeminiGenerateQuirks = {
  callIds: true,
  effort: 'level',
  mediaInToolResults: true,
  countTokens: 'wrapped',
};

export const requestFields: readonly WireField[] = [
  ['safetySettings', 'service.safety', 'list'],
  ['cachedContent', 'cache.content', 'string'],
  ['labels', 'metadata.tags', 'record'],
  ['serviceTier', 'service.tier', 'string'],
  ['store', 'service.store', 'boolean'],
  ['modelArmorConfig', 'service.modelArmor', 'record'],
  ['continuationToken', 'service.continuation', 'string'],
  ['generationOutputConfig', 'service.outputStorage', 'record'],
];

/** `generationConfig` of a request, besides thinking, format and modalities. */
export const configFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['topP', 'sampling.topP', 'number'],
  ['topK', 'sampling.topK', 'number'],
  ['seed', 'sampling.seed', 'number'],
  ['frequencyPenalty', 'sampling.frequencyPenalty', 'number'],
  ['presencePenalty', 'sampling.presencePenalty', 'number'],
  ['candidateCount', 'sampling.choices', 'number'],
  ['responseLogprobs', 'sampling.logprobs', 'boolean'],
  ['logprobs', 'sampling.topLogprobs', 'number'],
  ['maxOutputTokens', 'maxOutputTokens', 'number'],
  ['stopSequences', 'stop', 'strings'],
  ['responseFormat', 'output.formats', 'list'],
  ['speechConfig', 'output.speech', 'record'],
  ['imageConfig', 'output.image', 'record'],
  ['mediaResolution', 'service.mediaResolution', 'string'],
  ['audioTimestamp', 'service.audioTimestamps', 'boolean'],
  ['routingConfig', 'service.routing', 'record'],
  ['modelSelectionConfig', 'service.modelSelection', 'record'],
  ['enableEnhancedCivicAnswers', 'service.civicAnswers', 'boolean'],
  ['enableAffectiveDialog', 'service.affectiveDialog', 'boolean'],
  ['audioTranscriptionConfig', 'service.transcription', 'record'],
  ['translationConfig', 'service.translation', 'record'],
];

/** `toolConfig` of a request, besides the choice. */
export const toolConfigFields: readonly WireField[] = [
  ['retrievalConfig', 'service.retrieval', 'record'],
  ['includeServerSideToolInvocations', 'service.showHostedCalls', 'boolean'],
];

/** `toolConfig.functionCallingConfig` of a request, besides the choice. */
export const callingFields: readonly WireField[] = [
  ['streamFunctionCallArguments', 'streamOptions.callArguments', 'boolean'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'toolChoice',
  'outputFormat',
  'output.modalities',
  'reasoning.effort',
  'reasoning.budgetTokens',
  'reasoning.mode',
  'reasoning.display',
  'streamOptions.usage',
  'turns.opaque',
] as const;

/** Fields of a candidate that are kept in the vendor's words; the sources in them become citations besides. */
export const candidateDetails = [
  'avgLogprobs',
  'citationMetadata',
  'continuationToken',
  'finishMessage',
  'groundingMetadata',
  'safetyRatings',
  'tokenCount',
  'urlContextMetadata',
] as const;

export const relay: Relay = {
  ways: {
    [answerPath]: { path: answerPath, isStream: false },
    [streamPath]: { path: streamPath, isStream: true, query: { alt: 'sse' } },
    [countTokensPath]: { path: countTokensPath, isStream: false, purpose: 'count-tokens' },
  },
  model: 'path',
  rewritingQuirks: ['missingSignature', 'callIds'],
};
