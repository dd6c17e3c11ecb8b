/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { cohereEmbed } from './cohere-embed/index.ts';
import { cohereRerank } from './cohere-rerank/index.ts';
import { geminiEmbed } from './gemini-embed/index.ts';
import { ollamaEmbed } from './ollama-embed/index.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { CohereEmbedQuirks } from './cohere-embed/index.ts';
export type { CohereRerankQuirks } from './cohere-rerank/index.ts';
export type { GeminiEmbedQuirks } from './gemini-embed/index.ts';
export type { OllamaEmbedQuirks } from './ollama-embed/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';
export type { OpenAiEmbeddingsQuirks } from './openai-embeddings/index.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'openai-chat': openAiChat,
} as const;

export type DialectName = keyof typeof dialects;

/** Formats that turn texts into vectors. */
export const embedDialects = {
  'cohere-embed': cohereEmbed,
  'gemini-embed': geminiEmbed,
  'ollama-embed': ollamaEmbed,
  'openai-embeddings': openAiEmbeddings,
} as const;

export type EmbedDialectName = keyof typeof embedDialects;

/** Formats that put documents in the order in which they answer a query. */
export const rerankDialects = {
  'cohere-rerank': cohereRerank,
} as const;

export type RerankDialectName = keyof typeof rerankDialects;
