/** In what most hosts that speak the chat format of OpenAI differ from it. */
import type { OpenAiChatQuirks } from '@keelson/core';

/** They know the older name of the limit, and no marks for the cache. */
export const compatible = {
  maxTokensField: 'max_tokens',
  cacheMark: 'none',
} as const satisfies Partial<OpenAiChatQuirks>;

/** Servers of open weights, which also sample by rank and tell reasoning as llama.cpp and vLLM do. */
export const openWeights = {
  ...compatible,
  topK: true,
  reasoningField: 'reasoning_content',
} as const satisfies Partial<OpenAiChatQuirks>;
