/** The official OpenAI SDK as a Responses client of the translation journeys. */
import OpenAI from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputContent,
  ResponseInputItem,
  ResponseOutputItem,
} from 'openai/resources/responses/responses';
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

const classes: Readonly<Record<number, typeof OpenAI.APIError>> = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  409: OpenAI.ConflictError,
  422: OpenAI.UnprocessableEntityError,
  429: OpenAI.RateLimitError,
} as Readonly<Record<number, typeof OpenAI.APIError>>;

export const openAiResponsesClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'completed', means: 'stop' },
    'stop-sequence': { word: 'completed', means: 'stop' },
    length: { word: 'max_output_tokens', means: 'length' },
    'tool-calls': { word: 'completed', means: 'tool-calls' },
    'content-filter': { word: 'content_filter', means: 'content-filter' },
    refusal: { word: 'content_filter', means: 'content-filter' },
    pause: { word: 'completed', means: 'stop' },
    'context-exceeded': { word: 'max_output_tokens', means: 'length' },
    error: { word: 'completed', means: 'stop' },
  },
  counts: ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning'],
  demandedCounts: ['cacheRead', 'cacheWrite', 'reasoning'],
  mistake: wordyLimit('max_output_tokens'),
  errorClass: (status) => classes[status] ?? (status >= 500 ? OpenAI.InternalServerError : OpenAI.APIError),
  streamErrorClass: OpenAI.APIError,
  statusOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).status,
  retryAfterOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off' });
  const body = render(question);
  const options = signal === undefined ? {} : { signal };
  if (!isStream) return tell(await client.responses.create(body, options));
  const stream = client.responses.stream({ ...body, stream: true }, options);
  if (onText !== undefined) stream.on('response.output_text.delta', ({ delta }) => onText(delta));
  return tell(await stream.finalResponse());
}

function render(question: Question): ResponseCreateParamsNonStreaming {
  const { instructions, turns, tools, forced, isSequential, schema, maxTokens } = question;
  return {
    model: question.model ?? model,
    input: turns.flatMap(renderTurn),
    ...(instructions !== undefined && { instructions }),
    ...(tools !== undefined && { tools: tools.map(renderTool) }),
    ...(forced !== undefined && { tool_choice: { type: 'function' as const, name: forced } }),
    ...(isSequential === true && { parallel_tool_calls: false }),
    ...(schema !== undefined && {
      text: { format: { type: 'json_schema' as const, name: 'ship', schema: { ...schema }, strict: true } },
    }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): OpenAI.Responses.FunctionTool {
  const told = description === undefined ? {} : { description };
  return { type: 'function', name, ...told, parameters: { ...schema }, strict: false };
}

function renderTurn(turn: Turn): ResponseInputItem[] {
  switch (turn.type) {
    case 'user':
      return [{ role: 'user', content: renderUser(turn) }];
    case 'answer':
      return turn.answer.native as ResponseInputItem[];
    default:
      return turn.results.map(({ id, text }) => ({
        type: 'function_call_output',
        call_id: id,
        output: text,
      }));
  }
}

function renderUser({ text, image, imageUrl, document }: UserTurn): ResponseInputContent[] {
  const parts: ResponseInputContent[] = [];
  const show = (url: string): number => parts.push({ type: 'input_image', image_url: url, detail: 'auto' });
  if (image !== undefined) show(`data:image/png;base64,${image}`);
  if (imageUrl !== undefined) show(imageUrl);
  const data = `data:application/pdf;base64,${document}`;
  if (document !== undefined) parts.push({ type: 'input_file', filename: 'page.pdf', file_data: data });
  return [...parts, { type: 'input_text', text }];
}

function tell(response: Response): Told {
  const { id, model, output, usage } = response;
  const calls = output.filter((item) => item.type === 'function_call');
  return {
    id,
    model,
    text: response.output_text,
    reasoning: output.map(reasoningOf).join(''),
    calls: calls.map((call) => ({ id: call.call_id, name: call.name, input: JSON.parse(call.arguments) })),
    stop: response.incomplete_details?.reason ?? response.status,
    usage: {
      input: usage?.input_tokens,
      cacheRead: usage?.input_tokens_details.cached_tokens,
      cacheWrite: usage?.input_tokens_details.cache_write_tokens,
      output: usage?.output_tokens,
      reasoning: usage?.output_tokens_details.reasoning_tokens,
    },
    native: output,
  };
}

function reasoningOf(item: ResponseOutputItem): string {
  if (item.type !== 'reasoning') return '';
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join('');
}
