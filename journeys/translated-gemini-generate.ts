/** The official Google Gen AI SDK as a client of the translation journeys. */
import {
  ApiError,
  type Content,
  FunctionCallingConfigMode,
  type FunctionDeclaration,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from '@google/genai';
import { model, roomForAnswer } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type ToolOffer,
  type TranslatedClient,
  type Turn,
  type UserTurn,
  wordyLimit,
} from './translated-client.ts';

export const geminiGenerateClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'STOP', means: 'stop' },
    'stop-sequence': { word: 'STOP', means: 'stop' },
    length: { word: 'MAX_TOKENS', means: 'length' },
    'tool-calls': { word: 'STOP', means: 'tool-calls' },
    'content-filter': { word: 'SAFETY', means: 'content-filter' },
    refusal: { word: 'SAFETY', means: 'content-filter' },
    pause: { word: 'CONTINUATION', means: 'pause' },
    'context-exceeded': { word: 'MAX_TOKENS', means: 'length' },
    error: { word: 'MALFORMED_RESPONSE', means: 'error' },
  },
  counts: ['input', 'cacheRead', 'output', 'reasoning'],
  mistake: wordyLimit('generationConfig.maxOutputTokens'),
  errorClass: () => ApiError,
  streamErrorClass: ApiError,
  statusOf: (error) => (error as ApiError).status,
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } });
  const config: GenerateContentConfig = {
    ...renderConfig(question),
    ...(signal !== undefined && { abortSignal: signal }),
    automaticContinuation: false,
  };
  const request = { model: question.model ?? model, contents: renderTurns(question.turns), config };
  if (!isStream) return tell([await client.models.generateContent(request)]);
  const pieces: GenerateContentResponse[] = [];
  for await (const piece of await client.models.generateContentStream(request)) {
    pieces.push(piece);
    const text = textOf(partsOf(piece));
    if (text !== '') onText?.(text);
  }
  return tell(pieces);
}

function renderConfig({
  instructions,
  tools,
  forced,
  schema,
  maxTokens = roomForAnswer,
  stop,
}: Question): GenerateContentConfig {
  const calling = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [forced ?? ''] };
  return {
    maxOutputTokens: maxTokens,
    ...(instructions !== undefined && { systemInstruction: instructions }),
    ...(tools !== undefined && { tools: [{ functionDeclarations: tools.map(renderTool) }] }),
    ...(forced !== undefined && { toolConfig: { functionCallingConfig: calling } }),
    ...(schema !== undefined && { responseMimeType: 'application/json', responseJsonSchema: schema }),
    ...(stop !== undefined && { stopSequences: [...stop] }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): FunctionDeclaration {
  return { name, ...(description !== undefined && { description }), parametersJsonSchema: schema };
}

/** Results name their function here, which only the call before them knows. */
function renderTurns(turns: readonly Turn[]): Content[] {
  const names = new Map<string, string>();
  return turns.flatMap((turn): Content[] => {
    if (turn.type === 'user') return [{ role: 'user', parts: renderUser(turn) }];
    if (turn.type === 'answer') {
      for (const { id, name } of turn.answer.calls) names.set(id, name);
      return turn.answer.native as Content[];
    }
    const parts = turn.results.map(({ id, text, isError }) => ({
      functionResponse: { id, name: names.get(id) ?? '', response: { [isError ? 'error' : 'output']: text } },
    }));
    return [{ role: 'user', parts }];
  });
}

function renderUser({ text, image, imageUrl, document }: UserTurn): Part[] {
  const parts: Part[] = [];
  if (image !== undefined) parts.push({ inlineData: { mimeType: 'image/png', data: image } });
  if (imageUrl !== undefined) parts.push({ fileData: { mimeType: 'image/png', fileUri: imageUrl } });
  if (document !== undefined) parts.push({ inlineData: { mimeType: 'application/pdf', data: document } });
  return [...parts, { text }];
}

function partsOf({ candidates }: GenerateContentResponse): readonly Part[] {
  return candidates?.[0]?.content?.parts ?? [];
}

function textOf(parts: readonly Part[], isThought = false): string {
  return parts.map((part) => ((part.thought === true) === isThought ? (part.text ?? '') : '')).join('');
}

/** Pieces of a stream are added up by their users: all parts in order, and the last of everything else. */
function tell(pieces: readonly GenerateContentResponse[]): Told {
  const parts = pieces.flatMap(partsOf);
  const last = pieces.at(-1);
  const { usageMetadata: usage } = last ?? {};
  const thoughts = usage?.thoughtsTokenCount;
  return {
    id: last?.responseId ?? '',
    model: last?.modelVersion ?? '',
    text: textOf(parts),
    reasoning: textOf(parts, true),
    calls: parts
      .map((part) => part.functionCall)
      .filter((call) => call !== undefined)
      .map(({ id = '', name = '', args }) => ({ id, name, input: args })),
    stop: last?.candidates?.[0]?.finishReason,
    usage: {
      input: usage && (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
      cacheRead: usage?.cachedContentTokenCount,
      output: usage && (usage.candidatesTokenCount ?? 0) + (thoughts ?? 0),
      reasoning: thoughts,
    },
    native: [
      { role: 'model', parts: parts.filter((part) => Object.keys(part).length > 1 || part.text !== '') },
    ],
  };
}
