/** The official Cohere SDK as a client of the translation journeys. */
import { Cohere, CohereClientV2, CohereError } from 'cohere-ai';
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

const classes: Readonly<Record<number, typeof CohereError>> = {
  400: Cohere.BadRequestError,
  401: Cohere.UnauthorizedError,
  403: Cohere.ForbiddenError,
  404: Cohere.NotFoundError,
  422: Cohere.UnprocessableEntityError,
  429: Cohere.TooManyRequestsError,
  500: Cohere.InternalServerError,
  501: Cohere.NotImplementedError,
  503: Cohere.ServiceUnavailableError,
  504: Cohere.GatewayTimeoutError,
} as Readonly<Record<number, typeof CohereError>>;

export const cohereChatClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'COMPLETE', means: 'stop' },
    'stop-sequence': { word: 'STOP_SEQUENCE', means: 'stop-sequence' },
    length: { word: 'MAX_TOKENS', means: 'length' },
    'tool-calls': { word: 'TOOL_CALL', means: 'tool-calls' },
    'content-filter': { word: 'ERROR', means: 'error' },
    refusal: { word: 'COMPLETE', means: 'stop' },
    pause: { word: 'COMPLETE', means: 'stop' },
    'context-exceeded': { word: 'MAX_TOKENS', means: 'length' },
    error: { word: 'ERROR', means: 'error' },
  },
  counts: ['input', 'cacheRead', 'output', 'reasoning'],
  mistake: tooManyTools,
  errorClass: (status) => classes[status] ?? CohereError,
  streamErrorClass: CohereError,
  statusOf: (error) => (error as CohereError).statusCode,
  retryAfterOf: (error) => (error as CohereError).rawResponse?.headers.get('retry-after'),
};

async function ask(url: string, question: Question, { isStream, signal, onText }: AskOptions): Promise<Told> {
  const client = new CohereClientV2({ token: 'test', environment: url });
  const body = render(question);
  const options = { maxRetries: 0, ...(signal !== undefined && { abortSignal: signal }) };
  if (!isStream) {
    const { id, message, finishReason, usage } = await client.chat(body, options);
    return tell({ id, message, finishReason, usage });
  }
  return tell(await accumulate(await client.chatStream(body, options), onText));
}

interface Answer {
  readonly id: string;
  readonly message: Cohere.AssistantMessageResponse;
  readonly finishReason: string | undefined;
  readonly usage: Cohere.Usage | undefined;
}

interface Draft {
  id: string;
  plan: string;
  readonly content: { type: 'text' | 'thinking'; text: string; thinking: string }[];
  readonly calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  end: Cohere.ChatMessageEndEventDelta;
}

/** The SDK hands out events; adding them up is left to its users. */
async function accumulate(
  events: AsyncIterable<Cohere.V2ChatStreamResponse>,
  onText: AskOptions['onText'],
): Promise<Answer> {
  const draft: Draft = { id: '', plan: '', content: [], calls: [], end: {} };
  for await (const event of events) {
    if (event.type === 'message-start') draft.id = event.id ?? '';
    else if (event.type === 'message-end') draft.end = event.delta ?? {};
    else if (event.type === 'tool-plan-delta') draft.plan += event.delta?.message?.toolPlan ?? '';
    else addContent(draft, event, onText);
  }
  const { id, plan, content, calls, end } = draft;
  if (end.error !== undefined) throw new CohereError({ message: end.error });
  const message = {
    role: 'assistant' as const,
    content: content.map(({ type, text, thinking }) =>
      type === 'text' ? { type, text } : { type, thinking },
    ),
    ...(plan !== '' && { toolPlan: plan }),
    ...(calls.length > 0 && { toolCalls: calls }),
  };
  return { id, message, finishReason: end.finishReason, usage: end.usage };
}

function addContent(
  { content, calls }: Draft,
  event: Cohere.V2ChatStreamResponse,
  onText: AskOptions['onText'],
): void {
  if (event.type === 'content-start') {
    const type = event.delta?.message?.content?.type ?? 'text';
    content[event.index ?? 0] = { type, text: '', thinking: '' };
  } else if (event.type === 'content-delta') {
    const block = content[event.index ?? 0];
    const { text = '', thinking = '' } = event.delta?.message?.content ?? {};
    if (block === undefined) return;
    block.text += text;
    block.thinking += thinking;
    if (text !== '') onText?.(text);
  } else if (event.type === 'tool-call-start') {
    const call = event.delta?.message?.toolCalls;
    const called = { name: call?.function?.name ?? '', arguments: call?.function?.arguments ?? '' };
    calls[event.index ?? 0] = { id: call?.id ?? '', type: 'function', function: called };
  } else if (event.type === 'tool-call-delta') {
    const call = calls[event.index ?? 0];
    if (call !== undefined)
      call.function.arguments += event.delta?.message?.toolCalls?.function?.arguments ?? '';
  }
}

function render(question: Question): Cohere.V2ChatRequest {
  const { instructions, turns, tools, forced, schema, maxTokens, stop } = question;
  const system = instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }];
  return {
    model: question.model ?? model,
    messages: [...system, ...turns.flatMap(renderTurn)],
    // A call can be demanded, but not of whom: whoever wants one tool sends only that.
    ...(tools !== undefined && {
      tools: tools.filter((tool) => forced === undefined || tool.name === forced).map(renderTool),
    }),
    ...(forced !== undefined && { toolChoice: 'REQUIRED' as const }),
    ...(schema !== undefined && {
      responseFormat: { type: 'json_object' as const, jsonSchema: { ...schema } },
    }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(stop !== undefined && { stopSequences: [...stop] }),
  };
}

function renderTool({ name, description, schema }: ToolOffer): Cohere.ToolV2 {
  const told = description === undefined ? {} : { description };
  return { type: 'function', function: { name, ...told, parameters: { ...schema } } };
}

function renderTurn(turn: Turn): Cohere.ChatMessageV2[] {
  switch (turn.type) {
    case 'user':
      return [{ role: 'user', content: renderUser(turn) }];
    case 'answer':
      return [turn.answer.native as Cohere.ChatMessageV2.Assistant];
    default:
      return turn.results.map(({ id, text }) => ({ role: 'tool', toolCallId: id, content: text }));
  }
}

/** The format has images, but no documents in messages. */
function renderUser({ text, image, imageUrl }: UserTurn): Cohere.UserMessageV2Content {
  const blocks: Cohere.Content[] = [];
  if (image !== undefined)
    blocks.push({ type: 'image_url', imageUrl: { url: `data:image/png;base64,${image}` } });
  if (imageUrl !== undefined) blocks.push({ type: 'image_url', imageUrl: { url: imageUrl } });
  return blocks.length === 0 ? text : [...blocks, { type: 'text', text }];
}

function tell({ id, message, finishReason, usage }: Answer): Told {
  const { content = [], toolCalls = [], toolPlan = '' } = message;
  return {
    id,
    // The format does not say which model answered.
    model: '',
    text: toolPlan + content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: toolCalls.map(({ id: callId, function: called }) => ({
      id: callId,
      name: called?.name ?? '',
      input: JSON.parse(called?.arguments ?? '{}') as unknown,
    })),
    stop: finishReason,
    usage: {
      input: usage?.tokens?.inputTokens,
      cacheRead: usage?.cachedTokens,
      output: usage?.tokens?.outputTokens,
      reasoning: (usage?.tokens as { reasoning_tokens?: number } | undefined)?.reasoning_tokens,
    },
    native: message,
  };
}
