/** The official OpenAI SDK as a client of legacy completions: what it asks is one text, and what it is told is one. */
import OpenAI from 'openai';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type TranslatedClient,
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

export const openAiCompletionsClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'stop', means: 'stop' },
    'stop-sequence': { word: 'stop', means: 'stop' },
    length: { word: 'length', means: 'length' },
    'tool-calls': { word: 'stop', means: 'stop' },
    'content-filter': { word: 'content_filter', means: 'content-filter' },
    refusal: { word: 'content_filter', means: 'content-filter' },
    pause: { word: 'stop', means: 'stop' },
    'context-exceeded': { word: 'length', means: 'length' },
    error: { word: 'stop', means: 'stop' },
  },
  counts: ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning'],
  mistake: wordyLimit('max_tokens'),
  errorClass: (status) => classes[status] ?? (status >= 500 ? OpenAI.InternalServerError : OpenAI.APIError),
  streamErrorClass: OpenAI.APIError,
  statusOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).status,
  retryAfterOf: (error) => (error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off' });
  const { maxTokens, stop } = question;
  const body = {
    model: question.model ?? model,
    prompt: promptOf(question),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(stop !== undefined && { stop: [...stop] }),
  };
  const options = signal === undefined ? {} : { signal };
  if (!isStream) return tell(await client.completions.create(body, options), '');
  const stream = await client.completions.create(
    { ...body, stream: true, stream_options: { include_usage: true } },
    options,
  );
  let last: OpenAI.Completion | undefined;
  let usage: OpenAI.Completion['usage'];
  let text = '';
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.text ?? '';
    if (piece !== '') onText?.(piece);
    text += piece;
    usage = chunk.usage ?? usage;
    if (chunk.choices.length > 0) last = chunk;
  }
  // The SDK ends a stream quietly that its user has aborted.
  signal?.throwIfAborted();
  return tell({ ...(last as OpenAI.Completion), ...(usage && { usage }) }, text);
}

function promptOf({ instructions = '', turns }: Question): string {
  const texts = turns.map((turn) => {
    if (turn.type === 'user') return turn.text;
    return turn.type === 'answer' ? turn.answer.text : turn.results.map(({ text }) => text).join('\n');
  });
  return [instructions, ...texts].filter((text) => text !== '').join('\n\n');
}

function tell({ id, model: answered, choices, usage }: OpenAI.Completion, streamed: string): Told {
  const text = streamed === '' ? (choices[0]?.text ?? '') : streamed;
  return {
    id,
    model: answered,
    text,
    reasoning: '',
    calls: [],
    stop: choices[0]?.finish_reason,
    usage: {
      input: usage?.prompt_tokens,
      cacheRead: usage?.prompt_tokens_details?.cached_tokens,
      cacheWrite: usage?.prompt_tokens_details?.cache_write_tokens,
      output: usage?.completion_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    native: text,
  };
}
