/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type {
  Candidate,
  Content,
  FunctionCall,
  FunctionCallingConfig,
  FunctionDeclaration,
  GenerateContentConfig,
  GenerateContentResponse,
  GenerateContentResponseUsageMetadata,
  GenerationConfig,
  Part,
  ThinkingConfig,
  Tool,
  ToolConfig,
} from '@google/genai';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { geminiGenerate } from './index.ts';

/** Fields of the client's settings that stay in the client. */
type ClientField = 'httpOptions' | 'abortSignal' | 'automaticFunctionCalling' | 'automaticContinuation';
/** What the client takes among the settings stands beside them on the wire. */
type TopField =
  | 'serviceTier'
  | 'systemInstruction'
  | 'safetySettings'
  | 'tools'
  | 'toolConfig'
  | 'labels'
  | 'cachedContent'
  | 'modelArmorConfig'
  | 'continuationToken'
  | 'generationOutputConfig'
  | 'store';
type ConfigField = keyof GenerationConfig | Exclude<keyof GenerateContentConfig, ClientField | TopField>;
/** A schema is written in one of two ways, so the older one is tried by itself. */
type OtherSchema = 'responseSchema';

const config: Record<Exclude<ConfigField, OtherSchema>, unknown> = {
  audioTimestamp: true,
  audioTranscriptionConfig: { languageHints: ['en'] },
  candidateCount: 1,
  enableAffectiveDialog: true,
  enableEnhancedCivicAnswers: true,
  frequencyPenalty: 0.5,
  imageConfig: { aspectRatio: '1:1' },
  logprobs: 2,
  maxOutputTokens: 10,
  mediaResolution: 'MEDIA_RESOLUTION_LOW',
  modelSelectionConfig: { featureSelectionPreference: 'BALANCED' },
  presencePenalty: 0.5,
  responseFormat: [{ text: { mimeType: 'TEXT_PLAIN' } }],
  responseJsonSchema: { type: 'object' },
  responseLogprobs: true,
  responseMimeType: 'application/json',
  responseModalities: ['TEXT'],
  routingConfig: { autoMode: { modelRoutingPreference: 'BALANCED' } },
  seed: 1,
  speechConfig: { languageCode: 'en' },
  stopSequences: ['END'],
  temperature: 1,
  thinkingConfig: { includeThoughts: true, thinkingBudget: 1024, thinkingLevel: 'LOW' } satisfies Record<
    keyof ThinkingConfig,
    unknown
  >,
  topK: 3,
  topP: 1,
  translationConfig: { targetLanguageCode: 'de' },
};

const declared: Record<Exclude<keyof FunctionDeclaration, 'parameters' | 'response'>, unknown> = {
  behavior: 'BLOCKING',
  description: 'x',
  name: 'f',
  parametersJsonSchema: { type: 'object' },
  responseJsonSchema: { type: 'object' },
};
const other: Partial<Record<keyof FunctionDeclaration, unknown>> = {
  name: 'g',
  parameters: { type: 'OBJECT' },
  response: { type: 'OBJECT' },
};
const tools: Partial<Record<keyof Tool, unknown>>[] = [
  { functionDeclarations: [declared, other] },
  { googleSearch: {} },
  { codeExecution: {} },
  { urlContext: {} },
];

type PartFields = Partial<Record<keyof Part, unknown>>;

/** Each kind of part by itself, with what may stand beside it. */
const parts: PartFields[] = [
  { text: 'Look', partMetadata: { a: 1 }, speechMetadata: { speaker: 'a' } },
  {
    inlineData: { mimeType: 'video/mp4', data: 'AA==', displayName: 'n' },
    mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' },
    videoMetadata: { fps: 1 },
    mediaProcessing: {},
  },
  { fileData: { fileUri: 'https://a/b.png', mimeType: 'image/png' } },
];
const called: Record<Exclude<keyof FunctionCall, 'partialArgs' | 'willContinue'>, unknown> = {
  args: { a: 1 },
  id: 'c1',
  name: 'f',
};
const told: PartFields[] = [
  { text: 'Hm.', thought: true },
  { text: 'So.', thoughtSignature: 'c2ln' },
  { functionCall: called, thoughtSignature: 'c2ln' },
  { executableCode: { language: 'PYTHON', code: '1', id: 'e' } },
  { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1', id: 'e' } },
  { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH', args: {} } },
  { toolResponse: { id: 't', toolType: 'GOOGLE_SEARCH', response: {} } },
  { audioTranscription: { text: 'x' } },
];

const results: PartFields[] = [{ functionResponse: { id: 'c1', name: 'f', response: { output: 'x' } } }];

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<TopField | 'contents' | 'generationConfig', unknown> = {
  contents: [
    { role: 'user', parts } satisfies Record<keyof Content, unknown>,
    { role: 'model', parts: told },
    { role: 'user', parts: results },
  ],
  generationConfig: config,
  cachedContent: 'cachedContents/1',
  continuationToken: 'ct',
  generationOutputConfig: { gcsUri: 'gs://a' },
  labels: { a: 'b' },
  modelArmorConfig: { promptTemplateName: 't' },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
  serviceTier: 'standard',
  store: false,
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  toolConfig: {
    functionCallingConfig: {
      allowedFunctionNames: ['f'],
      mode: 'ANY',
      streamFunctionCallArguments: true,
    } satisfies Record<keyof FunctionCallingConfig, unknown>,
    includeServerSideToolInvocations: true,
    retrievalConfig: { languageCode: 'en' },
  } satisfies Record<keyof ToolConfig, unknown>,
  tools,
};

/** What the client adds to what was said. */
type ClientMade =
  | 'sdkHttpResponse'
  | 'automaticFunctionCallingHistory'
  | 'text'
  | 'data'
  | 'functionCalls'
  | 'executableCode'
  | 'codeExecutionResult'
  | 'initialPromptTokenCount';

const candidate: Record<keyof Candidate, unknown> = {
  avgLogprobs: -0.5,
  citationMetadata: { citationSources: [{ startIndex: 0, endIndex: 3, uri: 'https://a' }] },
  content: { parts: told, role: 'model' },
  continuationToken: 'ct',
  finishMessage: 'Done.',
  finishReason: 'STOP',
  groundingMetadata: { webSearchQueries: ['q'] },
  index: 0,
  logprobsResult: {
    chosenCandidates: [{ token: 'a', logProbability: -1, tokenId: 5 }],
    topCandidates: [{ candidates: [{ token: 'b', logProbability: -2, tokenId: 6 }] }],
  },
  safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
  tokenCount: 5,
  urlContextMetadata: { urlMetadata: [] },
};

const usage: Record<
  Exclude<keyof GenerateContentResponseUsageMetadata, 'initialPromptTokenCount'>,
  unknown
> = {
  cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 2 }],
  cachedContentTokenCount: 2,
  candidatesTokenCount: 5,
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 5 }],
  promptTokenCount: 10,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
  thoughtsTokenCount: 3,
  toolUsePromptTokenCount: 4,
  toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
  totalTokenCount: 22,
  trafficType: 'ON_DEMAND',
};

const answer: Record<Exclude<keyof GenerateContentResponse, ClientMade>, unknown> = {
  candidates: [candidate],
  createTime: '2026-10-01T12:00:00.123456Z',
  modelStatus: { modelStage: 'STABLE' },
  modelVersion: 'm',
  promptFeedback: { safetyRatings: [] },
  responseId: 'r',
  usageMetadata: usage,
};

/** No other format has anything like them, so they travel as unknown fields do, and are lost elsewhere as those are. */
const onlyHere = {
  request: ['inlineData/displayName', 'mediaProcessing', 'partMetadata', 'speechMetadata'],
  answer: [],
};

/** A part is one of many things, so no value has them all; each must be tried in one part or another. */
const partFields: Record<keyof Part, true> = {
  audioTranscription: true,
  codeExecutionResult: true,
  executableCode: true,
  fileData: true,
  functionCall: true,
  functionResponse: true,
  inlineData: true,
  mediaProcessing: true,
  mediaResolution: true,
  partMetadata: true,
  speechMetadata: true,
  text: true,
  thought: true,
  thoughtSignature: true,
  toolCall: true,
  toolResponse: true,
  videoMetadata: true,
};

/** The names of all unknown fields, wherever they stand. */
function strangersIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'extensions'
      ? Object.values(inner as object).flatMap((fields) => Object.keys(fields as object))
      : strangersIn(inner),
  );
}

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/models/m:generateContent', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('are tried, whatever a part holds', () => {
    const tried = [...parts, ...told, ...results].flatMap((part) => Object.keys(part));
    expect(new Set(tried)).toEqual(new Set(Object.keys(partFields)));
  });

  it.each([
    ['as they are now', request],
    [
      'with a schema of the older kind',
      {
        contents: request.contents,
        generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } },
      },
    ],
  ])('all have a meaning in a request, and come back: %s', (_which, body) => {
    const parsed = geminiGenerate.inbound.parseRequest(callOf(body));
    expect(strangersIn(parsed).toSorted()).toEqual(onlyHere.request);
    const { value, losses } = geminiGenerate.outbound.renderRequest(parsed, geminiGenerate.quirks);
    expect(value.body).toEqual(body);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(geminiGenerate.outbound.parseResponse(replyOf(answer)));
    expect(strangersIn(message)).toEqual(onlyHere.answer);
    const { value, losses } = geminiGenerate.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect({ value, losses }).toEqual({ value: answer, losses: [] });
  });
});
