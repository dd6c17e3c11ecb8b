/** The official OpenAI SDK as a client of the translation journeys. */
import OpenAI from 'openai';
import type { ChatCompletionContentPart, ChatCompletionMessageParam } from 'openai/resources';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type ToolOffer,
  type TranslatedClient,
  type Turn,
  type UserTurn,
  wordyLimit,
} from './translated-client.ts';

/** An extension of the format, which the SDK hands on without knowing it. */
interface ReasoningDetail {
  readonly index?: number;
  readonly text?: string;
  readonly signature?: string;
}
interface Reasoning {
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly ReasoningDetail[];
}

const classes: Readonly<Record<number, typeof OpenAI.APIError>> = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  409: OpenAI.ConflictError,
  422: OpenAI.UnprocessableEntityError,
  429: OpenAI.RateLimitError,
} as Readonly<Record<number, typeof OpenAI.APIError>>;

export const openAiChatClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'stop', means: 'stop' },
    'stop-sequence': { word: 'stop', means: 'stop' },
    length: { word: 'length', means: 'length' },
    'tool-calls': { word: 'tool_calls', means: 'tool-calls' },
    'content-filter': { word: 'content_filter', means: 'content-filter' },
    refusal: { word: 'content_filter', means: 'content-filter' },
    pause: { word: 'stop', means: 'stop' },
    'context-exceeded': { word: 'length', means: 'length' },
    error: { word: 'stop', means: 'stop' },
  },
  counts: ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning'],
  mistake: wordyLimit('max_completion_tokens'),
  errorClass: (status) => classes[status] ?? (status >= 500 ? OpenAI.InternalServerError : OpenAI.APIError),
  streamErrorClass: OpenAI.APIError,
  statusOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).status,
  retryAfterOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off' });
  const body = render(question);
  const options = signal === undefined ? {} : { signal };
  if (!isStream) return tell(await client.chat.completions.create(body, options));
  const stream = client.chat.completions.stream(
    { ...body, stream_options: { include_usage: true } },
    options,
  );
  const deltas: Reasoning[] = [];
  stream.on('chunk', ({ choices }) => {
    if (choices[0] !== undefined) deltas.push(choices[0].delta as Reasoning);
  });
  if (onText !== undefined) stream.on('content', onText);
  return tell(await stream.finalChatCompletion(), joinReasoning(deltas));
}

type Body = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;

function render(question: Question): Body {
  const { instructions, turns, tools, forced, isSequential, schema, maxTokens, stop } = question;
  const system: ChatCompletionMessageParam[] =
    instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  return {
    model: question.model ?? model,
    messages: [...system, ...turns.flatMap(renderTurn)],
    ...(tools !== undefined && { tools: tools.map(renderTool) }),
    ...(forced !== undefined && { tool_choice: { type: 'function', function: { name: forced } } }),
    ...(isSequential === true && { parallel_tool_calls: false }),
    ...(schema !== undefined && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'ship', schema: { ...schema }, strict: true },
      },
    }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(stop !== undefined && { stop: [...stop] }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): OpenAI.ChatCompletionTool {
  const told = description === undefined ? {} : { description };
  return { type: 'function', function: { name, ...told, parameters: { ...schema } } };
}

function renderTurn(turn: Turn): ChatCompletionMessageParam[] {
  switch (turn.type) {
    case 'user':
      return [{ role: 'user', content: renderUser(turn) }];
    case 'answer':
      return [turn.answer.native as OpenAI.ChatCompletionMessage];
    default:
      return turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  }
}

function renderUser({ text, image, imageUrl, document }: UserTurn): ChatCompletionContentPart[] {
  const parts: ChatCompletionContentPart[] = [];
  const show = (url: string): number => parts.push({ type: 'image_url', image_url: { url } });
  if (image !== undefined) show(`data:image/png;base64,${image}`);
  if (imageUrl !== undefined) show(imageUrl);
  const data = `data:application/pdf;base64,${document}`;
  if (document !== undefined) parts.push({ type: 'file', file: { filename: 'page.pdf', file_data: data } });
  return [...parts, { type: 'text', text }];
}

function tell({ id, model, choices, usage }: OpenAI.ChatCompletion, streamed: Reasoning = {}): Told {
  const [choice] = choices;
  const message = { ...choice?.message, ...streamed } as OpenAI.ChatCompletionMessage & Reasoning;
  const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
  return {
    id,
    model,
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: calls.map((call) => ({
      id: call.id,
      name: call.function.name,
      input: JSON.parse(call.function.arguments),
    })),
    stop: choice?.finish_reason,
    usage: {
      input: usage?.prompt_tokens,
      cacheRead: usage?.prompt_tokens_details?.cached_tokens,
      cacheWrite: usage?.prompt_tokens_details?.cache_write_tokens,
      output: usage?.completion_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    native: message,
  };
}

/** The SDK joins text and calls of a stream, but not what it does not know. */
function joinReasoning(deltas: readonly Reasoning[]): Reasoning {
  const details = new Map<number, ReasoningDetail>();
  for (const detail of deltas.flatMap((delta) => delta.reasoning_details ?? [])) {
    const before = details.get(detail.index ?? 0);
    const text = `${before?.text ?? ''}${detail.text ?? ''}`;
    details.set(detail.index ?? 0, { ...before, ...detail, ...(text !== '' && { text }) });
  }
  const content = deltas.map((delta) => delta.reasoning_content ?? '').join('');
  return {
    ...(content !== '' && { reasoning_content: content }),
    ...(details.size > 0 && { reasoning_details: [...details.values()] }),
  };
}
