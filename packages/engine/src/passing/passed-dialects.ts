/** How vendors whose calls pass tell errors. Everything else of these formats is the vendor's own business. */
import { dialects } from '@keelson/core';

function erring<Name extends string, Of extends { readonly name: string }>(name: Name, of: Of) {
  return { ...of, name, relay: undefined };
}

export const passedDialects = {
  openai: erring('openai', dialects['openai-chat']),
  bedrock: erring('bedrock', dialects['bedrock-converse']),
  vertex: erring('vertex', dialects['gemini-generate']),
} as const;

export type PassedDialect = keyof typeof passedDialects;
