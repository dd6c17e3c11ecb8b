/** The AWS SDK as a client of the translation journeys, over plain HTTP: with a bearer token, or signing with a key. */
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  BedrockRuntimeServiceException,
  ConflictException,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  InternalServerException,
  type Message,
  ModelTimeoutException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ServiceUnavailableException,
  ThrottlingException,
  type TokenUsage,
  type ToolConfiguration,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type TranslatedClient,
  type Turn,
  type UserTurn,
  wordyLimit,
} from './translated-client.ts';

const classes = {
  401: AccessDeniedException,
  402: ServiceQuotaExceededException,
  403: AccessDeniedException,
  404: ResourceNotFoundException,
  408: ModelTimeoutException,
  409: ConflictException,
  429: ThrottlingException,
  503: ServiceUnavailableException,
  504: ModelTimeoutException,
  529: ServiceUnavailableException,
} as Readonly<Record<number, typeof BedrockRuntimeServiceException>>;

const bearer: BedrockRuntimeClientConfig = {
  token: { token: 'test' },
  authSchemePreference: ['httpBearerAuth'],
};

export const bedrockConverseClient: TranslatedClient = {
  ask: (...asked) => ask(bearer, ...asked),
  stops: {
    stop: { word: 'end_turn', means: 'stop' },
    'stop-sequence': { word: 'stop_sequence', means: 'stop-sequence' },
    length: { word: 'max_tokens', means: 'length' },
    'tool-calls': { word: 'tool_use', means: 'tool-calls' },
    'content-filter': { word: 'content_filtered', means: 'content-filter' },
    refusal: { word: 'content_filtered', means: 'content-filter' },
    pause: { word: 'end_turn', means: 'stop' },
    'context-exceeded': { word: 'model_context_window_exceeded', means: 'context-exceeded' },
    error: { word: 'malformed_model_output', means: 'error' },
  },
  counts: ['input', 'cacheRead', 'cacheWrite', 'cacheWrite5m', 'cacheWrite1h', 'output'],
  mistake: wordyLimit('inferenceConfig.maxTokens'),
  errorClass: (status) => classes[status] ?? (status >= 500 ? InternalServerException : ValidationException),
  ownErrorClasses: { 401: BedrockRuntimeServiceException },
  streamErrorClass: BedrockRuntimeServiceException,
  statusOf: (error) => (error as BedrockRuntimeServiceException).$metadata?.httpStatusCode,
  retryAfterOf: (error) => (error as BedrockRuntimeServiceException).$response?.headers?.['retry-after'],
};

const signing: BedrockRuntimeClientConfig = {
  credentials: { accessKeyId: 'test', secretAccessKey: 'never sent' },
  authSchemePreference: ['sigv4'],
};

/** The same, as most of its users run it. */
export const bedrockSigningClient: TranslatedClient = {
  ...bedrockConverseClient,
  ask: (...asked) => ask(signing, ...asked),
};

async function ask(
  credentials: BedrockRuntimeClientConfig,
  url: string,
  question: Question,
  { isStream, signal, onText }: AskOptions,
): Promise<Told> {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    ...credentials,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const input = render(question);
  const options = signal === undefined ? {} : { abortSignal: signal };
  try {
    if (!isStream) {
      const { output, stopReason, usage } = await client.send(new ConverseCommand(input), options);
      return tell({ content: output?.message?.content ?? [], stop: stopReason, usage });
    }
    const { stream = [] } = await client.send(new ConverseStreamCommand(input), options);
    const answer: Answer = { content: [], stop: undefined, usage: undefined };
    const inputs = new Map<number, string>();
    for await (const event of stream as AsyncIterable<ConverseStreamOutput>) {
      accumulate(answer, inputs, event);
      const piece = event.contentBlockDelta?.delta?.text;
      if (piece !== undefined) onText?.(piece);
    }
    return tell(answer);
  } finally {
    client.destroy();
  }
}

function render(question: Question): ConverseCommandInput {
  const { instructions, turns, schema, maxTokens, stop } = question;
  const toolConfig = renderTools(question);
  return {
    modelId: question.model ?? model,
    messages: turns.map(renderTurn),
    ...(instructions !== undefined && { system: [{ text: instructions }] }),
    inferenceConfig: {
      ...(maxTokens !== undefined && { maxTokens }),
      ...(stop !== undefined && { stopSequences: [...stop] }),
    },
    ...(toolConfig !== undefined && { toolConfig }),
    ...(schema !== undefined && {
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } },
        },
      },
    }),
  };
}

function renderTools({ tools, forced }: Question): ToolConfiguration | undefined {
  if (tools === undefined) return undefined;
  const specs = tools.map(({ name, description, schema }) => ({
    toolSpec: {
      name,
      ...(description !== undefined && { description }),
      inputSchema: { json: { ...schema } },
    },
  }));
  return { tools: specs, ...(forced !== undefined && { toolChoice: { tool: { name: forced } } }) };
}

function renderTurn(turn: Turn): Message {
  switch (turn.type) {
    case 'user':
      return { role: 'user', content: renderUser(turn) };
    case 'answer':
      return { role: 'assistant', content: turn.answer.native as ContentBlock[] };
    default:
      return {
        role: 'user',
        content: turn.results.map(({ id, text, isError }) => ({
          toolResult: {
            toolUseId: id,
            content: [{ text }],
            ...(isError !== undefined && { status: isError ? ('error' as const) : ('success' as const) }),
          },
        })),
      };
  }
}

/** The format has no place for an address; a client of it would say it in words. */
function renderUser({ text, image, imageUrl, document }: UserTurn): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  if (image !== undefined)
    blocks.push({ image: { format: 'png', source: { bytes: Buffer.from(image, 'base64') } } });
  if (document !== undefined)
    blocks.push({
      document: { format: 'pdf', name: 'Document', source: { bytes: Buffer.from(document, 'base64') } },
    });
  return [...blocks, { text: imageUrl === undefined ? text : `${text} ${imageUrl}` }];
}

interface Answer {
  readonly content: ContentBlock[];
  stop: string | undefined;
  usage: TokenUsage | undefined;
}

/** The SDK has no accumulation of its own, so this is what its users write. */
function accumulate(answer: Answer, inputs: Map<number, string>, event: ConverseStreamOutput): void {
  const { contentBlockStart: start, contentBlockDelta, contentBlockStop, messageStop, metadata } = event;
  if (start?.start?.toolUse !== undefined)
    answer.content[start.contentBlockIndex as number] = {
      toolUse: { ...start.start.toolUse, input: {} } as NonNullable<ContentBlock['toolUse']>,
    };
  if (contentBlockDelta?.delta !== undefined) {
    const index = contentBlockDelta.contentBlockIndex as number;
    const { text, toolUse, reasoningContent } = contentBlockDelta.delta;
    if (text !== undefined) answer.content[index] = { text: (answer.content[index]?.text ?? '') + text };
    if (toolUse !== undefined) inputs.set(index, (inputs.get(index) ?? '') + toolUse.input);
    if (reasoningContent !== undefined) addReasoning(answer.content, index, reasoningContent);
  }
  const index = contentBlockStop?.contentBlockIndex;
  const call = index === undefined ? undefined : answer.content[index]?.toolUse;
  if (index !== undefined && call !== undefined)
    answer.content[index] = { toolUse: { ...call, input: JSON.parse(inputs.get(index) || '{}') } };
  if (messageStop !== undefined) answer.stop = messageStop.stopReason;
  if (metadata !== undefined) answer.usage = metadata.usage;
}

type ReasoningDelta = NonNullable<
  NonNullable<NonNullable<ConverseStreamOutput['contentBlockDelta']>['delta']>['reasoningContent']
>;

function addReasoning(content: ContentBlock[], index: number, delta: ReasoningDelta): void {
  if (delta.redactedContent !== undefined) {
    content[index] = { reasoningContent: { redactedContent: delta.redactedContent } };
    return;
  }
  const before = content[index]?.reasoningContent?.reasoningText;
  const signature = delta.signature ?? before?.signature;
  const text = (before?.text ?? '') + (delta.text ?? '');
  content[index] = {
    reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } },
  };
}

/** Answers of this format have neither an id nor the name of a model. */
function tell({ content, stop, usage }: Answer): Told {
  const cacheRead = usage?.cacheReadInputTokens;
  const cacheWrite = usage?.cacheWriteInputTokens;
  const writtenFor = (ttl: string): number | undefined =>
    usage?.cacheDetails?.find((detail) => detail.ttl === ttl)?.inputTokens;
  const input = usage?.inputTokens;
  return {
    id: '',
    model: '',
    text: content.map(({ text }) => text ?? '').join(''),
    reasoning: content.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '').join(''),
    calls: content.flatMap(({ toolUse }) =>
      toolUse === undefined
        ? []
        : [{ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: toolUse.input }],
    ),
    stop,
    usage: {
      input: input === undefined ? undefined : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
      cacheRead,
      cacheWrite,
      cacheWrite5m: writtenFor('5m'),
      cacheWrite1h: writtenFor('1h'),
      output: usage?.outputTokens,
    },
    native: content,
  };
}
