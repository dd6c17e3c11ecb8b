/** What a caller says to `chat` and `stream`, in short or in full, becomes a canonical request. */
import {
  type ChatRequest,
  KeelsonError,
  type Part,
  type Reasoning,
  type Tool,
  type Turn,
} from '@keelson/core';
import type { KeelsonFile } from './file.ts';
import { jsonSchemaOf, type Schema } from './schema.ts';
import { describeTools, type Tools } from './tools.ts';

type Content = string | Part | KeelsonFile;

type Canonical = Omit<
  ChatRequest,
  | ('model' | 'turns' | 'system' | 'tools' | 'reasoning' | 'outputFormat' | 'stream' | 'purpose')
  | ('dialect' | 'answer' | 'extensions' | 'spelling')
>;

/** All that the canonical model can say, with short ways for what is said most. */
export interface ChatAsk<Output = never> extends Canonical {
  /** An alias, or `provider:model`. */
  readonly model: string;
  /** What the user says; after `turns`, where both are given. */
  readonly prompt?: string | readonly Content[];
  /** The conversation so far, such as `turns` of the answer before. */
  readonly turns?: readonly Turn[];
  readonly system?: string | ChatRequest['system'];
  readonly temperature?: number;
  /** `low` to `high`, or a number of tokens. */
  readonly reasoning?: string | number | Reasoning;
  /** Tools that run here, by name; or those whose calls the caller answers. */
  readonly tools?: Tools | readonly Tool[];
  /** How often the model may call tools that run here before it must answer; 8 when left out. */
  readonly maxRounds?: number;
  /** What the answer must be; the answer is then checked, and `output` has its type. */
  readonly schema?: Schema<Output>;
  readonly outputFormat?: ChatRequest['outputFormat'];
}

export async function renderAsk(ask: ChatAsk<unknown>): Promise<ChatRequest> {
  const { prompt, turns = [], system, temperature, reasoning, tools, maxRounds: _, ...others } = ask;
  const { schema, outputFormat, ...rest } = others;
  const format = schema === undefined ? outputFormat : formatOf(schema);
  if (prompt === undefined && turns.length === 0)
    throw new KeelsonError('invalid_request', 'Nothing is asked.', {
      hint: 'Give a `prompt`, or `turns`.',
      details: { field: 'prompt' },
    });
  return {
    ...rest,
    ...(temperature !== undefined && { sampling: { ...rest.sampling, temperature } }),
    ...(system !== undefined && { system: typeof system === 'string' ? [textPart(system)] : system }),
    ...(reasoning !== undefined && { reasoning: readReasoning(reasoning) }),
    ...(tools !== undefined && { tools: isRunnable(tools) ? describeTools(tools) : tools }),
    ...(format !== undefined && { outputFormat: format }),
    turns: prompt === undefined ? turns : [...turns, { role: 'user', parts: await readPrompt(prompt) }],
  };
}

function formatOf(schema: Schema): NonNullable<ChatRequest['outputFormat']> {
  return { type: 'json-schema', name: 'answer', schema: jsonSchemaOf(schema, 'The schema') };
}

export const isRunnable = (tools: Tools | readonly Tool[]): tools is Tools => !Array.isArray(tools);

const textPart = (text: string) => ({ type: 'text', text }) as const;

function readPrompt(prompt: string | readonly Content[]): Promise<Part[]> {
  const contents = typeof prompt === 'string' ? [prompt] : prompt;
  return Promise.all(
    contents.map((content) => {
      if (typeof content === 'string') return textPart(content);
      return 'part' in content ? content.part() : content;
    }),
  );
}

function readReasoning(reasoning: string | number | Reasoning): Reasoning {
  if (typeof reasoning === 'string') return { effort: reasoning };
  return typeof reasoning === 'number' ? { budgetTokens: reasoning } : reasoning;
}
