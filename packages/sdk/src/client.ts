/** One interface for applications, over whatever stands behind it. */
import {
  type ChatMessage,
  type EmbedRequest,
  type EmbedResult,
  type Json,
  KeelsonError,
  parseMessage,
  parseOrder,
  parseReport,
  parseVectors,
  type ReceiptKey,
  type ReceiptProof,
  type ReceiptVerdict,
  type RerankRequest,
  type RerankResult,
  renderChat,
  renderEmbed,
  renderRerank,
  type ToolTurn,
  type Turn,
  type WireCall,
} from '@keelson/core';
import type { Backend, CallOptions, ExplainQuestion, Explanation, Model, RecordedCall } from './backend.ts';
import { CallError, failureOf, noKeelson, readAnswer } from './call-error.ts';
import { type ChatAsk, isRunnable, renderAsk } from './chat-ask.ts';
import { type ChatResult, type Told, tell, tellChat } from './chat-result.ts';
import { ChatStream, type StreamSource } from './chat-stream.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import type { Reply } from './reply.ts';
import { parseOutput, type Schema } from './schema.ts';
import { runTool } from './tools.ts';

export interface Client {
  /** A whole answer. Tools that run here are run, until the model answers. */
  chat<Output = never>(ask: ChatAsk<Output>, options?: CallOptions): Promise<ChatResult<Output>>;
  /** The same as it comes; tools are not run, their calls are in the result. */
  stream<Output = never>(ask: ChatAsk<Output>, options?: CallOptions): ChatStream<ChatResult<Output>>;
  /**
   * A conversation that a server keeps: the one of this id, or a new one. Over a gateway that is the gateway's; in process it has to be
   * named as `server`.
   */
  conversation(conversation?: string | ConversationOptions): Conversation;
  embed(ask: EmbedAsk, options?: CallOptions): Promise<EmbedAnswer>;
  rerank(ask: RerankAsk, options?: CallOptions): Promise<RerankAnswer>;
  /** How long a prompt is; `isEstimate` where the target cannot be asked. */
  countTokens(ask: ChatAsk<unknown>, options?: CallOptions): Promise<TokenCount>;
  /** Where a call would go and why not elsewhere; nothing is sent to any provider. */
  explain(question: string | ExplainQuestion, signal?: AbortSignal): Promise<Explanation>;
  models(signal?: AbortSignal): Promise<readonly Model[]>;
  readonly receipts: ReceiptDesk;
  /** Keeps a call that was made with another library. It never fails; what was wrong is told to `onError`. */
  recordCall(call: RecordedCall, onError?: (error: KeelsonError) => void): Promise<void>;
  /** The same client, whose names are read by another profile of the lockfile. */
  withProfile(profile: string): Client;
  close(): Promise<void>;
}

export interface ReceiptDesk {
  /** The receipt with all that proves it. */
  get(receiptId: string, signal?: AbortSignal): Promise<ReceiptProof>;
  /** The public keys that the other side says are its own. */
  keys(signal?: AbortSignal): Promise<readonly ReceiptKey[]>;
  /**
   * Verifies a receipt here, by keys that are trusted; without any, by those that the other side names, which only shows that
   * nothing was changed since.
   */
  verify(receipt: string | ReceiptProof, keys?: readonly ReceiptKey[]): Promise<ReceiptVerdict>;
}

export interface EmbedAsk
  extends Omit<EmbedRequest, 'inputs' | 'dialect' | 'answer' | 'extensions' | 'spelling'> {
  readonly inputs: string | readonly (string | EmbedRequest['inputs'][number])[];
}

export interface EmbedAnswer extends Told {
  /** In the order of the inputs; vectors that were asked for in another form than floats are in `result` alone. */
  readonly vectors: readonly (readonly number[])[];
  readonly result: EmbedResult;
}

export interface RerankAsk extends Omit<RerankRequest, 'dialect' | 'answer' | 'extensions' | 'spelling'> {}

export interface RerankAnswer extends Told {
  /** Best first. */
  readonly results: RerankResult['results'];
}

export interface TokenCount {
  readonly inputTokens: number | undefined;
  readonly isEstimate: boolean;
}

const mostRounds = 8;

export function createClient(backend: Backend): Client {
  return {
    chat: (ask, options = {}) => chat(backend, ask, options),
    stream: (ask, options = {}) => new ChatStream(streamSource(backend, ask, options)),
    conversation: (wanted = {}) =>
      new Conversation(
        {
          chat: (ask, options = {}) => chat(backend, ask, options),
          source: (ask, options) => streamSource(backend, ask, options),
          store: () => backend.conversations(),
        },
        typeof wanted === 'string' ? { id: wanted } : wanted,
      ),
    embed: (ask, options = {}) => embed(backend, ask, options),
    rerank: async (ask, options = {}) => {
      const body = await askWhole(backend, renderRerank(ask), options);
      const { results, usage } = parseOrder(body);
      return { ...tell(parseReport(body), usage), results };
    },
    countTokens: async (ask, options = {}) => {
      const request = { ...(await renderAsk(ask)), purpose: 'count-tokens' } as const;
      const body = await askWhole(backend, renderChat(request), options);
      const losses = parseReport(body)?.losses ?? [];
      return {
        inputTokens: parseMessage(body).usage?.input.total,
        isEstimate: losses.some(({ field }) => field === 'purpose'),
      };
    },
    explain: (question, signal) =>
      backend.explain(typeof question === 'string' ? { model: question } : question, signal),
    models: (signal) => backend.models(signal),
    receipts: createReceiptDesk(backend),
    recordCall: async (call, onError) => {
      try {
        await backend.record(call);
      } catch (thrown) {
        onError?.(thrown as KeelsonError);
      }
    },
    withProfile: (profile) => createClient(backend.withProfile(profile)),
    close: () => backend.close(),
  };
}

function createReceiptDesk(backend: Backend): ReceiptDesk {
  return {
    get: (id, signal) => backend.proofOf(id, signal),
    keys: (signal) => backend.receiptKeys(signal),
    verify: async (receipt, keys) => {
      // Seldom needed, and half as large as all the rest.
      const { verifyReceipt } = await import('./verify-receipt.ts');
      const proof =
        typeof receipt === 'string' && receipt.startsWith('rcpt_') ? await backend.proofOf(receipt) : receipt;
      return verifyReceipt(proof, { keys: keys ?? (await backend.receiptKeys()) });
    },
  };
}

async function open(backend: Backend, { path, body }: WireCall, options: CallOptions): Promise<Reply> {
  const reply = await backend.ask({ path, body, options });
  if (reply.isGood) return reply;
  const error = await failureOf(reply, backend.address);
  if (error.code !== 'not_found' || (error instanceof CallError && error.call !== undefined)) throw error;
  throw new CallError(
    new KeelsonError('not_found', error.message, {
      hint: 'The server is older than this client, or the address has a path too many.',
      cause: error,
    }),
    undefined,
  );
}

async function askWhole(backend: Backend, call: WireCall, options: CallOptions): Promise<Json> {
  return readAnswer(await open(backend, call, options), backend.address);
}

async function chat<Output>(
  backend: Backend,
  ask: ChatAsk<Output>,
  options: CallOptions,
): Promise<ChatResult<Output>> {
  const request = await renderAsk(ask);
  const rounds: Told[] = [];
  let { turns } = request;
  for (;;) {
    const body = await askWhole(backend, renderChat({ ...request, turns }), options);
    const report = parseReport(body);
    const message = parseMessage(body);
    if (message.error !== undefined) throw new CallError(message.error, report);
    const result = tellChat(message, report, turns);
    const results = await runCalls(ask, result.message, options.signal);
    if (results === undefined || rounds.length >= (ask.maxRounds ?? mostRounds))
      return finish(ask.schema, { ...result, rounds });
    turns = [...result.turns, results];
    rounds.push(result);
  }
}

/** Undefined where the model called nothing that runs here. */
async function runCalls(
  { tools }: ChatAsk<unknown>,
  { parts }: ChatMessage,
  signal: AbortSignal | undefined,
): Promise<ToolTurn | undefined> {
  if (tools === undefined || !isRunnable(tools)) return undefined;
  const calls = parts.filter((part) => part.type === 'tool-call' && part.hosted === undefined);
  if (calls.length === 0) return undefined;
  const ran = calls.map((part) =>
    runTool(tools, part as Extract<typeof part, { type: 'tool-call' }>, signal),
  );
  return { role: 'tool', parts: await Promise.all(ran) };
}

/** An answer that ends in calls is none yet, and so is not held against the schema. */
async function finish<Output>(
  schema: Schema<Output> | undefined,
  result: Omit<ChatResult, 'output'>,
): Promise<ChatResult<Output>> {
  const isAnswer = schema !== undefined && result.toolCalls.length === 0;
  const output = isAnswer ? await parseOutput(schema, result.text) : undefined;
  return { ...result, output: output as Output };
}

function streamSource<Output>(
  backend: Backend,
  ask: ChatAsk<Output>,
  options: CallOptions,
): StreamSource<ChatResult<Output>> {
  let turns: readonly Turn[] = [];
  return {
    signal: options.signal,
    open: async (signal) => {
      const request = await renderAsk(ask);
      turns = request.turns;
      const reply = await open(backend, renderChat({ ...request, stream: true }), { ...options, signal });
      if (!reply.isStream) throw noKeelson(reply, backend.address);
      return reply;
    },
    finish: (message, report) => finish(ask.schema, { ...tellChat(message, report, turns), rounds: [] }),
  };
}

async function embed(backend: Backend, ask: EmbedAsk, options: CallOptions): Promise<EmbedAnswer> {
  const inputs = typeof ask.inputs === 'string' ? [ask.inputs] : ask.inputs;
  const request = {
    ...ask,
    inputs: inputs.map((input) =>
      typeof input === 'string' ? ({ type: 'text', text: input } as const) : input,
    ),
  };
  const body = await askWhole(backend, renderEmbed(request), options);
  const result = parseVectors(body);
  const vectors = result.vectors.flatMap(({ values: { float } }) => (Array.isArray(float) ? [float] : []));
  return { ...tell(parseReport(body), result.usage), vectors: vectors as number[][], result };
}
