/** The official Anthropic SDK as a client of the translation journeys. */
import Anthropic from '@anthropic-ai/sdk';
import {
  ContentTooLargeError,
  GatewayTimeoutError,
  OverloadedError,
  PaymentRequiredError,
  RequestTimeoutError,
  ServiceUnavailableError,
} from '@anthropic-ai/sdk/error';
import { model, roomForAnswer } from './samples.ts';
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

const classes = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  402: PaymentRequiredError,
  403: Anthropic.PermissionDeniedError,
  404: Anthropic.NotFoundError,
  408: RequestTimeoutError,
  409: Anthropic.ConflictError,
  413: ContentTooLargeError,
  422: Anthropic.UnprocessableEntityError,
  429: Anthropic.RateLimitError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
  529: OverloadedError,
} as Readonly<Record<number, typeof Anthropic.APIError>>;

export const anthropicMessagesClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'end_turn', means: 'stop' },
    'stop-sequence': { word: 'stop_sequence', means: 'stop-sequence' },
    length: { word: 'max_tokens', means: 'length' },
    'tool-calls': { word: 'tool_use', means: 'tool-calls' },
    'content-filter': { word: 'refusal', means: 'refusal' },
    refusal: { word: 'refusal', means: 'refusal' },
    pause: { word: 'pause_turn', means: 'pause' },
    'context-exceeded': { word: 'model_context_window_exceeded', means: 'context-exceeded' },
    error: { word: 'end_turn', means: 'stop' },
  },
  counts: ['input', 'cacheRead', 'cacheWrite', 'cacheWrite5m', 'cacheWrite1h', 'output', 'reasoning'],
  earlyCounts: ['cacheWrite5m', 'cacheWrite1h'],
  mistake: wordyLimit('max_tokens'),
  errorClass: (status) =>
    classes[status] ?? (status >= 500 ? Anthropic.InternalServerError : Anthropic.APIError),
  streamErrorClass: Anthropic.APIError,
  statusOf: (error) => (error as InstanceType<typeof Anthropic.APIError>).status,
  retryAfterOf: (error) => (error as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new Anthropic({ apiKey: 'test', baseURL: url, maxRetries: 0, logLevel: 'off' });
  const body = render(question);
  const options = signal === undefined ? {} : { signal };
  if (!isStream) return tell(await client.messages.create(body, options));
  const stream = client.messages.stream(body, options);
  if (onText !== undefined) stream.on('text', onText);
  return tell(await stream.finalMessage());
}

function render(question: Question): Anthropic.MessageCreateParamsNonStreaming {
  const { instructions, turns, tools, schema, maxTokens = roomForAnswer, stop } = question;
  return {
    model: question.model ?? model,
    max_tokens: maxTokens,
    messages: turns.map(renderTurn),
    ...(instructions !== undefined && { system: instructions }),
    ...(tools !== undefined && { tools: tools.map(renderTool) }),
    ...renderChoice(question),
    ...(schema !== undefined && {
      output_config: { format: { type: 'json_schema', schema: { ...schema } } },
    }),
    ...(stop !== undefined && { stop_sequences: [...stop] }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): Anthropic.Tool {
  const told = description === undefined ? {} : { description };
  return { name, ...told, input_schema: { ...schema } as Anthropic.Tool.InputSchema };
}

function renderChoice({
  forced,
  isSequential,
}: Question): Pick<Anthropic.MessageCreateParams, 'tool_choice'> {
  if (forced === undefined && isSequential !== true) return {};
  const parallel = isSequential === true ? { disable_parallel_tool_use: true } : {};
  const choice = forced === undefined ? { type: 'auto' as const } : { type: 'tool' as const, name: forced };
  return { tool_choice: { ...choice, ...parallel } };
}

function renderTurn(turn: Turn): Anthropic.MessageParam {
  switch (turn.type) {
    case 'user':
      return { role: 'user', content: renderUser(turn) };
    case 'answer':
      return { role: 'assistant', content: turn.answer.native as Anthropic.ContentBlock[] };
    default:
      return {
        role: 'user',
        content: turn.results.map(({ id, text, isError }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content: text,
          ...(isError !== undefined && { is_error: isError }),
        })),
      };
  }
}

function renderUser({ text, image, imageUrl, document }: UserTurn): Anthropic.ContentBlockParam[] {
  const blocks: Anthropic.ContentBlockParam[] = [];
  const show = (source: Anthropic.ImageBlockParam['source']): number =>
    blocks.push({ type: 'image', source });
  if (image !== undefined) show({ type: 'base64', media_type: 'image/png', data: image });
  if (imageUrl !== undefined) show({ type: 'url', url: imageUrl });
  const source = { type: 'base64', media_type: 'application/pdf', data: document ?? '' } as const;
  if (document !== undefined) blocks.push({ type: 'document', source });
  return [...blocks, { type: 'text', text }];
}

function tell({ id, model, content, stop_reason: stop, usage }: Anthropic.Message): Told {
  const { input_tokens: uncached, cache_creation: creation } = usage;
  const cacheRead = usage.cache_read_input_tokens ?? undefined;
  const cacheWrite = usage.cache_creation_input_tokens ?? undefined;
  return {
    id,
    model,
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.filter((block) => block.type === 'tool_use'),
    stop,
    usage: {
      input: uncached + (cacheRead ?? 0) + (cacheWrite ?? 0),
      cacheRead,
      cacheWrite,
      cacheWrite5m: creation?.ephemeral_5m_input_tokens,
      cacheWrite1h: creation?.ephemeral_1h_input_tokens,
      output: usage.output_tokens,
      reasoning: usage.output_tokens_details?.thinking_tokens,
    },
    native: content,
  };
}
