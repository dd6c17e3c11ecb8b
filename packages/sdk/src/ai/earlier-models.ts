/** The same models for AI SDK 6, which speaks the specification before: files are told otherwise, all else is the same. */
import type {
  EmbeddingModelV3,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  SharedV4FileData,
} from '@ai-sdk/provider';
import type { KeelsonEmbeddingModel } from './embedding-model.ts';
import type { KeelsonLanguageModel } from './language-model.ts';

export function earlierLanguageModel(model: KeelsonLanguageModel): LanguageModelV3 {
  const { provider, modelId, supportedUrls } = model;
  return {
    specificationVersion: 'v3',
    provider,
    modelId,
    supportedUrls,
    doGenerate: async (call) => {
      const result = await model.doGenerate(later(call));
      return { ...result, content: result.content.map(earlier) } as Awaited<
        ReturnType<LanguageModelV3['doGenerate']>
      >;
    },
    doStream: async (call) => {
      const { stream, ...rest } = await model.doStream(later(call));
      const parts = stream.pipeThrough(
        new TransformStream<object, LanguageModelV3StreamPart>({
          transform: (part, controller) => controller.enqueue(earlier(part) as LanguageModelV3StreamPart),
        }),
      );
      return { ...rest, stream: parts };
    },
  };
}

export function earlierEmbeddingModel(model: KeelsonEmbeddingModel): EmbeddingModelV3 {
  const { provider, modelId, maxEmbeddingsPerCall, supportsParallelCalls } = model;
  return {
    specificationVersion: 'v3',
    provider,
    modelId,
    maxEmbeddingsPerCall,
    supportsParallelCalls,
    doEmbed: async (call) => (await model.doEmbed(call as Parameters<typeof model.doEmbed>[0])) as Embedded,
  };
}

type Embedded = Awaited<ReturnType<EmbeddingModelV3['doEmbed']>>;

function later({ prompt, ...call }: LanguageModelV3CallOptions): LanguageModelV4CallOptions {
  return { ...(call as Omit<LanguageModelV4CallOptions, 'prompt'>), prompt: laterPrompt(prompt) };
}

function laterPrompt(prompt: LanguageModelV3Prompt): LanguageModelV4Prompt {
  return prompt.map((message) => {
    if (message.role === 'system') return message;
    return { ...message, content: message.content.map(laterPart) };
  }) as LanguageModelV4Prompt;
}

function laterPart(part: { readonly type: string }): unknown {
  if (part.type === 'file') return { ...part, data: laterData((part as { data?: unknown }).data) };
  if (part.type !== 'tool-result') return part;
  const { output } = part as { readonly output?: { readonly type: string; readonly value?: unknown } };
  if (output?.type !== 'content') return part;
  return { ...part, output: { ...output, value: (output.value as LaterFile[]).map(laterContent) } };
}

function laterData(data: unknown): SharedV4FileData {
  if (data instanceof URL) return { type: 'url', url: data };
  return { type: 'data', data: data as Uint8Array | string };
}

interface LaterFile {
  readonly type: string;
  readonly data?: string;
  readonly url?: string;
  readonly fileId?: string | Readonly<Record<string, string>>;
  readonly mediaType?: string;
}

/** Files among the results of a tool: each by its content, its address, or its name at a provider. */
function laterContent(part: LaterFile): unknown {
  const { type, data, url, fileId, mediaType } = part;
  const file = {
    type: 'file',
    mediaType: mediaType ?? (type.startsWith('image') ? 'image/*' : 'application/pdf'),
  };
  if (data !== undefined) return { ...file, data: { type: 'data', data } };
  if (url !== undefined) return { ...file, data: { type: 'url', url: new URL(url) } };
  if (fileId === undefined) return part;
  return {
    ...file,
    data: { type: 'reference', reference: typeof fileId === 'string' ? { provider: fileId } : fileId },
  };
}

/** Files of an answer were told by their data alone. */
function earlier(part: object): object {
  const { type, data } = part as { readonly type: string; readonly data?: SharedV4FileData };
  if (type !== 'file' || data === undefined) return part;
  return { ...part, data: data.type === 'data' ? data.data : String((data as { url?: URL }).url) };
}
