/** A call of the AI SDK becomes what the client is asked, and what of it cannot be said is told as warnings. */
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  SharedV4ProviderOptions,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { ChatRequest, FunctionTool, Json, ToolChoice } from '@keelson/core';
import type { CallOptions } from '../backend.ts';
import type { ChatAsk } from '../chat-ask.ts';
import { renderPrompt } from './render-prompt.ts';

/** What stands under `providerOptions.keelson`. */
export interface KeelsonOptions extends Omit<CallOptions, 'signal'> {
  /** The lockfile's profile by which the model's name is read. */
  readonly profile?: string;
  /** Fields of the canonical request that the AI SDK has no words for. */
  readonly request?: Partial<Omit<ChatRequest, 'model' | 'turns' | 'dialect' | 'answer' | 'stream'>>;
}

export interface RenderedCall {
  readonly ask: ChatAsk;
  readonly options: CallOptions;
  readonly profile: string | undefined;
  readonly warnings: SharedV4Warning[];
}

export function renderCall(model: string, call: LanguageModelV4CallOptions): RenderedCall {
  const { profile, request, ...options } = readOptions(call.providerOptions);
  const { warnings, ...conversation } = renderPrompt(call.prompt);
  const tools = renderTools(call.tools ?? [], warnings);
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, seed } = call;
  const sampling = defined({ temperature, topP, topK, presencePenalty, frequencyPenalty, seed });
  const ask: ChatAsk = {
    model,
    ...conversation,
    ...(Object.keys(sampling).length > 0 && { sampling }),
    ...(call.maxOutputTokens !== undefined && { maxOutputTokens: call.maxOutputTokens }),
    ...(call.stopSequences !== undefined && { stop: call.stopSequences }),
    ...(tools.length > 0 && { tools }),
    ...(tools.length > 0 && call.toolChoice !== undefined && { toolChoice: renderChoice(call.toolChoice) }),
    ...renderFormat(call.responseFormat),
    ...(call.reasoning !== undefined &&
      call.reasoning !== 'provider-default' && { reasoning: { effort: call.reasoning } }),
    ...(request as Partial<ChatAsk> | undefined),
  };
  const { abortSignal: signal } = call;
  return { ask, options: { ...options, ...(signal && { signal }) }, profile, warnings };
}

export function readOptions(options: SharedV4ProviderOptions | undefined): KeelsonOptions {
  return (options?.keelson ?? {}) as JSONObject as KeelsonOptions;
}

function renderTools(
  tools: NonNullable<LanguageModelV4CallOptions['tools']>,
  warnings: SharedV4Warning[],
): FunctionTool[] {
  return tools.flatMap((tool) => {
    if (tool.type === 'function') return [renderTool(tool)];
    warnings.push({ type: 'unsupported', feature: `the tool ${tool.id}, which only its own provider has` });
    return [];
  });
}

function renderTool(tool: LanguageModelV4FunctionTool): FunctionTool {
  const { name, description, inputSchema, strict, inputExamples } = tool;
  return {
    type: 'function',
    name,
    parameters: inputSchema as Json,
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
    ...(inputExamples !== undefined && { inputExamples: inputExamples.map(({ input }) => input as Json) }),
  };
}

function renderChoice(choice: NonNullable<LanguageModelV4CallOptions['toolChoice']>): ToolChoice {
  return choice.type === 'tool' ? { type: 'tool', name: choice.toolName } : { type: choice.type };
}

function renderFormat(format: LanguageModelV4CallOptions['responseFormat']): Pick<ChatAsk, 'outputFormat'> {
  if (format === undefined || format.type === 'text') return {};
  const { schema, name = 'answer', description } = format;
  if (schema === undefined) return { outputFormat: { type: 'json' } };
  return {
    outputFormat: {
      type: 'json-schema',
      name,
      schema: schema as Json,
      ...(description !== undefined && { description }),
    },
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
