/** Recorded generateContent traffic of Gemini, Vertex and compatible hosts, and the official SDK as their reader. */
import { GoogleGenAI } from '@google/genai';
import type { Json } from '../../../json/index.ts';
import type { Recording } from '../recorded-traffic.ts';
import { answering, expectStatedSum, type Judge, type Reading } from './judge.ts';

export const geminiGenerateJudge: Judge = {
  folders: /^(gemini|vertex-gemini|gemini-count-tokens|compat-gemini-other)$/,
  accumulate,
  requestFields: [
    'contents',
    'systemInstruction',
    'generationConfig',
    'tools',
    'toolConfig',
    'safetySettings',
    'cachedContent',
    'labels',
    'serviceTier',
    'store',
    'modelArmorConfig',
    'generateContentRequest',
  ],
  partFields: ['role', 'parts', 'text', 'thought', 'thoughtSignature', 'functionCall', 'functionResponse'],
  // Without an answer there is no count of its candidates.
  expectUsage: (usage) => expectStatedSum({ ...usage, output: { total: 0, ...usage.output } }),
};

/** The SDK decodes; adding up the pieces is left to its users. */
async function accumulate(recording: Recording): Promise<Reading> {
  const pieces = await readPieces(recording);
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const toolCalls: Reading['toolCalls'][number][] = [];
  for (const { candidates, usageMetadata } of pieces) {
    const [candidate] = candidates ?? [];
    for (const part of candidate?.content?.parts ?? []) {
      if (part.thought !== true) text += part.text ?? '';
      const call = part.functionCall;
      if (call !== undefined)
        toolCalls.push({ id: call.id ?? '', name: call.name ?? '', input: (call.args ?? {}) as Json });
    }
    const { candidatesTokenCount: written, thoughtsTokenCount: thoughts } = usageMetadata ?? {};
    if (written !== undefined || thoughts !== undefined) outputTokens = (written ?? 0) + (thoughts ?? 0);
    const reason: unknown = candidate?.finishReason;
    // Vertex sends numbers to clients that ask for them; 1 is the usual end.
    if (reason !== undefined) stop = reason === 1 ? 'STOP' : String(reason);
  }
  return { text, toolCalls, stop, outputTokens };
}

type Piece = Awaited<ReturnType<GoogleGenAI['models']['generateContent']>>;

/** A list that grows is no form that the SDK asks for; there its types are all that reads it. */
async function readPieces(recording: Recording): Promise<readonly Piece[]> {
  if (recording.kind === 'json-array') return JSON.parse(recording.body) as Piece[];
  const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: 'http://recorded.invalid' } });
  const original = globalThis.fetch;
  globalThis.fetch = answering(recording);
  try {
    const stream = await client.models.generateContentStream({ model: 'recorded', contents: 'none' });
    const pieces: Piece[] = [];
    for await (const piece of stream) pieces.push(piece);
    return pieces;
  } finally {
    globalThis.fetch = original;
  }
}
