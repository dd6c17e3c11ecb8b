/** Which recordings are held against which format for embeddings or reranking. */
import type { CallDialect, Usage } from '../../message/index.ts';
import { embedDialects, rerankDialects } from '../index.ts';
import type { Recording } from './recorded-traffic.ts';

export interface Asked {
  readonly dialect?: string;
}

interface Answered {
  readonly usage?: Usage;
}

export interface PlainFormat {
  readonly dialect: CallDialect<Asked, Answered, object>;
  readonly folders: RegExp;
  /** Which recordings of these folders are of this format, where a folder holds several. */
  readonly isOurs?: (recording: Recording) => boolean;
  readonly quirksOf?: (folder: string) => object;
}

const format = (dialect: unknown, folders: RegExp, more: Partial<PlainFormat> = {}): PlainFormat => ({
  dialect: dialect as PlainFormat['dialect'],
  folders,
  ...more,
});

const compatible = 'azure|copilot|doubleword|llamacpp|mistral|openai|openrouter|venice|voyage';

export const plainFormats: readonly PlainFormat[] = [
  format(embedDialects['openai-embeddings'], new RegExp(`^embeddings-(${compatible})$`)),
  format(embedDialects['cohere-embed'], /^(embeddings-cohere|bedrock-invoke)$/, {
    isOurs: ({ folder, path }) => folder !== 'bedrock-invoke' || path.includes('/cohere.embed-'),
    quirksOf: (folder) => (folder === 'bedrock-invoke' ? { pathStyle: 'invoke' } : {}),
  }),
  format(embedDialects['gemini-embed'], /^embeddings-(gemini|vertex)$/, {
    quirksOf: (folder) => (folder === 'embeddings-vertex' ? { method: 'predict' } : {}),
  }),
  format(embedDialects['ollama-embed'], /^embeddings-ollama$/),
  format(rerankDialects['cohere-rerank'], /^rerank-/),
];
