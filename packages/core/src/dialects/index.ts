/** Room `dialects`: every wire format by name. */
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohereChat } from './cohere-chat/index.ts';
import { cohereEmbed } from './cohere-embed/index.ts';
import { cohereRerank } from './cohere-rerank/index.ts';
import { geminiEmbed } from './gemini-embed/index.ts';
import { geminiGenerate } from './gemini-generate/index.ts';
import { mistralChat } from './mistral-chat/index.ts';
import { ollamaChat } from './ollama-chat/index.ts';
import { ollamaEmbed } from './ollama-embed/index.ts';
import { ollamaGenerate } from './ollama-generate/index.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';
import { openAiResponses } from './openai-responses/index.ts';

export type { AnthropicMessagesQuirks } from './anthropic-messages/index.ts';
export type { BedrockConverseQuirks } from './bedrock-converse/index.ts';
export type { CohereChatQuirks } from './cohere-chat/index.ts';
export type { CohereEmbedQuirks } from './cohere-embed/index.ts';
export type { CohereRerankQuirks } from './cohere-rerank/index.ts';
export type { GeminiEmbedQuirks } from './gemini-embed/index.ts';
export type { GeminiGenerateQuirks } from './gemini-generate/index.ts';
export type { MistralChatQuirks } from './mistral-chat/index.ts';
export type { OllamaChatQuirks } from './ollama-chat/index.ts';
export type { OllamaEmbedQuirks } from './ollama-embed/index.ts';
export type { OllamaGenerateQuirks } from './ollama-generate/index.ts';
export type { OpenAiChatQuirks } from './openai-chat/index.ts';
export type { OpenAiCompletionsQuirks } from './openai-completions/index.ts';
export type { OpenAiEmbeddingsQuirks } from './openai-embeddings/index.ts';
export type { OpenAiResponsesQuirks } from './openai-responses/index.ts';
export { relays } from './relays.ts';

export const dialects = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
  'gemini-generate': geminiGenerate,
  'mistral-chat': mistralChat,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-responses': openAiResponses,
} as const;

export type DialectName = keyof typeof dialects;

/** Formats for embeddings. */
export const embedDialects = {
  'cohere-embed': cohereEmbed,
  'gemini-embed': geminiEmbed,
  'ollama-embed': ollamaEmbed,
  'openai-embeddings': openAiEmbeddings,
} as const;

export type EmbedDialectName = keyof typeof embedDialects;

/** Formats for reranking. */
export const rerankDialects = {
  'cohere-rerank': cohereRerank,
} as const;

export type RerankDialectName = keyof typeof rerankDialects;
