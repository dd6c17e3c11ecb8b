/** The official Mistral SDK as a client of the translation journeys. */
import { Mistral } from '@mistralai/mistralai';
import type {
  AssistantMessage,
  ChatCompletionRequest,
  ContentChunk,
  ThinkChunk,
  Tool,
  ToolCall,
  UsageInfo,
} from '@mistralai/mistralai/models/components';
import { CompletionEvent$inboundSchema } from '@mistralai/mistralai/models/components';
import { HTTPValidationError, type MistralError, SDKError } from '@mistralai/mistralai/models/errors';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type ToolOffer,
  type TranslatedClient,
  type Turn,
  tooManyTools,
  type UserTurn,
} from './translated-client.ts';

/** An error in a stream is no chunk, and so fails the SDK's own check of its shape; the class of that is not exported. */
const ShapeError = CompletionEvent$inboundSchema.safeParse({}).error?.constructor as typeof Error;

export const mistralChatClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'stop', means: 'stop' },
    'stop-sequence': { word: 'stop', means: 'stop' },
    length: { word: 'length', means: 'length' },
    'tool-calls': { word: 'tool_calls', means: 'tool-calls' },
    'content-filter': { word: 'stop', means: 'stop' },
    refusal: { word: 'stop', means: 'stop' },
    pause: { word: 'stop', means: 'stop' },
    'context-exceeded': { word: 'model_length', means: 'context-exceeded' },
    error: { word: 'error', means: 'error' },
  },
  counts: ['input', 'cacheRead', 'output'],
  mistake: tooManyTools,
  errorClass: (status) => (status === 422 ? HTTPValidationError : SDKError),
  streamErrorClass: ShapeError,
  hidesStreamErrors: true,
  statusOf: (error) => (error as MistralError).statusCode,
  retryAfterOf: (error) => (error as MistralError).headers?.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new Mistral({
    apiKey: 'test',
    serverURL: `${url}/mistral`,
    retryConfig: { strategy: 'none' },
  });
  const body = render(question);
  const options = signal === undefined ? {} : { fetchOptions: { signal } };
  if (!isStream) {
    const { id, model: answered, usage, choices } = await client.chat.complete(body, options);
    const stop = choices[0]?.finishReason;
    return tell({ id, model: answered, usage, stop, message: choices[0]?.message ?? {} });
  }
  const answer: Answer = { id: '', model: '', usage: undefined, stop: undefined, message: {} };
  const content: ContentChunk[] = [];
  const toolCalls: ToolCall[] = [];
  for await (const { data } of await client.chat.stream(body, options)) {
    const [choice] = data.choices;
    Object.assign(answer, { id: data.id, model: data.model, usage: data.usage, stop: choice?.finishReason });
    addContent(content, choice?.delta.content ?? '', onText);
    toolCalls.push(...(choice?.delta.toolCalls ?? []));
  }
  return tell({ ...answer, message: { content, ...(toolCalls.length > 0 && { toolCalls }) } });
}

interface Answer {
  readonly id: string;
  readonly model: string;
  readonly usage: UsageInfo | undefined;
  readonly stop: string | null | undefined;
  readonly message: AssistantMessage;
}

/** Neighbouring pieces of one kind are one chunk; a signature ends a thought. */
function addContent(
  content: ContentChunk[],
  piece: string | ContentChunk[],
  onText: AskOptions['onText'],
): void {
  if (typeof piece === 'string') {
    if (piece === '') return;
    onText?.(piece);
    const last = content.at(-1);
    if (last?.type === 'text') (last as { text: string }).text += piece;
    else content.push({ type: 'text', text: piece });
    return;
  }
  for (const chunk of piece) {
    const last = content.at(-1) as (ThinkChunk & { type: string }) | undefined;
    const next = chunk as ThinkChunk & { type: string };
    if (next.type !== 'thinking' || last?.type !== 'thinking' || last.signature) content.push(chunk);
    else
      content[content.length - 1] = {
        ...last,
        ...next,
        thinking: [...last.thinking, ...next.thinking],
      } as ContentChunk;
  }
}

function render(question: Question): ChatCompletionRequest {
  const { instructions, turns, tools, forced, isSequential, schema, maxTokens, stop } = question;
  const system = instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }];
  return {
    model: question.model ?? model,
    messages: [...system, ...turns.flatMap(renderTurn)],
    ...(tools !== undefined && { tools: tools.map(renderTool) }),
    ...(forced !== undefined && { toolChoice: { type: 'function' as const, function: { name: forced } } }),
    ...(isSequential === true && { parallelToolCalls: false }),
    ...(schema !== undefined && {
      responseFormat: {
        type: 'json_schema' as const,
        jsonSchema: { name: 'answer', schemaDefinition: { ...schema }, strict: true },
      },
    }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(stop !== undefined && { stop: [...stop] }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): Tool & { type: 'function' } {
  const told = description === undefined ? {} : { description };
  return { type: 'function', function: { name, ...told, parameters: { ...schema } } };
}

function renderTurn(turn: Turn): ChatCompletionRequest['messages'] {
  switch (turn.type) {
    case 'user':
      return [{ role: 'user', content: renderUser(turn) }];
    case 'answer':
      return [{ ...(turn.answer.native as AssistantMessage), role: 'assistant' }];
    default:
      return turn.results.map(({ id, text }) => ({ role: 'tool', toolCallId: id, content: text }));
  }
}

function renderUser({ text, image, imageUrl, document }: UserTurn): ContentChunk[] {
  const chunks: ContentChunk[] = [];
  if (image !== undefined)
    chunks.push({ type: 'image_url', imageUrl: { url: `data:image/png;base64,${image}` } });
  if (imageUrl !== undefined) chunks.push({ type: 'image_url', imageUrl: { url: imageUrl } });
  if (document !== undefined)
    chunks.push({ type: 'document_url', documentUrl: `data:application/pdf;base64,${document}` });
  return [...chunks, { type: 'text', text }];
}

function tell({ id, model: answered, usage, stop, message }: Answer): Told {
  const { content, toolCalls } = message;
  const chunks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
  return {
    id,
    model: answered,
    text: chunks.map((chunk) => (chunk.type === 'text' ? (chunk as { text: string }).text : '')).join(''),
    reasoning: chunks.map(thoughtIn).join(''),
    calls: (toolCalls ?? []).map(({ id: callId = '', function: called }) => ({
      id: callId,
      name: called.name,
      input: typeof called.arguments === 'string' ? JSON.parse(called.arguments) : called.arguments,
    })),
    stop,
    usage: {
      input: usage?.promptTokens,
      cacheRead: cachedIn(usage),
      output: usage?.completionTokens,
    },
    native: message,
  };
}

function thoughtIn(chunk: ContentChunk): string {
  if (chunk.type !== 'thinking') return '';
  const { thinking } = chunk as ThinkChunk;
  return thinking.map((piece) => ('text' in piece ? piece.text : '')).join('');
}

/** The SDK hands on what its types do not name. */
function cachedIn(usage: UsageInfo | undefined): number | undefined {
  const { promptTokensDetails, prompt_tokens_details: details } = (usage ?? {}) as Readonly<
    Record<string, { cachedTokens?: number; cached_tokens?: number } | undefined>
  >;
  return promptTokensDetails?.cachedTokens ?? details?.cached_tokens;
}
