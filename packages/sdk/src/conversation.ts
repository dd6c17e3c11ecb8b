/**
 * A conversation that a server keeps: every answer goes on from what was said, and is told to the server, at the level that the
 * conversation says. What cannot be kept is told to whoever asked for it, and never fails a call.
 */
import { KeelsonError, type Turn } from '@keelson/core';
import type { CallOptions, ConversationStore } from './backend.ts';
import type { ChatAsk } from './chat-ask.ts';
import type { ChatResult, Told } from './chat-result.ts';
import { ChatStream, type StreamSource } from './chat-stream.ts';
import type { AddMessagesBody, GetConversationAnswer, ListMessagesAnswer } from './server/index.ts';

export interface ConversationOptions {
  /** One that there is; a new one, made with its first answer, when left out. */
  readonly id?: string;
  /** What people call it. */
  readonly title?: string;
  /** Of a new one: `none` keeps counts, `metadata` (when left out) hashes as well, `full` all that was said. */
  readonly logging?: 'none' | 'metadata' | 'full';
  /** Days after which its messages go. */
  readonly retentionDays?: number;
  /** The alias or model that its calls ask for, where they name none. */
  readonly model?: string;
  /** What the model is told first. */
  readonly system?: string;
  /** Where it is kept; the server of the client when left out. `local` has none. */
  readonly server?: ConversationStore;
  /** Told what could not be kept. */
  readonly onProblem?: (error: KeelsonError) => void;
}

/** `turns` are those of the conversation; the model may be. */
export type ConversationAsk<Output = never> = Omit<ChatAsk<Output>, 'model' | 'turns'> & {
  readonly model?: string;
};

export type ConversationResult<Output = never> = ChatResult<Output> & {
  /** Whether the server keeps it; `onProblem` was told why where it does not. */
  readonly isKept: boolean;
};

/** What makes the calls. */
export interface Asker {
  chat<Output>(ask: ChatAsk<Output>, options?: CallOptions): Promise<ChatResult<Output>>;
  source<Output>(ask: ChatAsk<Output>, options: CallOptions): StreamSource<ChatResult<Output>>;
  store(): Promise<ConversationStore>;
}

type Message = AddMessagesBody['messages'][number];
type Facts = Partial<
  Pick<GetConversationAnswer, 'logging' | 'system_prompt' | 'model_alias' | 'temperature' | 'max_tokens'>
>;

/** A server that hangs must not hold an answer back for longer. */
const keepingMs = 15_000;

/** Its calls follow one another; a second one while the first is answered is refused. */
export class Conversation {
  readonly #asker: Asker;
  readonly #options: ConversationOptions;
  #id: string | undefined;
  #loading: Promise<Facts> | undefined;
  #turns: readonly Turn[] = [];
  /** Said before the server had the conversation. */
  #waiting: readonly Message[] = [];
  #isBusy = false;

  constructor(asker: Asker, options: ConversationOptions) {
    this.#asker = asker;
    this.#options = options;
    this.#id = options.id;
  }

  /** What the server calls it; undefined until a new one has been kept. */
  get id(): string | undefined {
    return this.#id;
  }

  /** What the next call goes on from. Of one that is not kept in full, only what was said through this object. */
  async turns(): Promise<readonly Turn[]> {
    await this.#load();
    return this.#turns;
  }

  /** As `chat` of the client. */
  async chat<Output = never>(
    ask: ConversationAsk<Output>,
    options: CallOptions = {},
  ): Promise<ConversationResult<Output>> {
    this.#begin();
    try {
      const result = await this.#asker.chat(await this.#complete(ask), options);
      return await this.#keep(result);
    } finally {
      this.#isBusy = false;
    }
  }

  /** As `stream` of the client; what was said is kept when all of it has come. */
  stream<Output = never>(
    ask: ConversationAsk<Output>,
    options: CallOptions = {},
  ): ChatStream<ConversationResult<Output>> {
    let source: StreamSource<ChatResult<Output>> | undefined;
    let hasBegun = false;
    return new ChatStream({
      signal: options.signal,
      open: async (signal) => {
        this.#begin();
        hasBegun = true;
        source = this.#asker.source(await this.#complete(ask), options);
        return source.open(signal);
      },
      finish: async (message, report) =>
        this.#keep(await (source as StreamSource<ChatResult<Output>>).finish(message, report)),
      over: () => {
        if (hasBegun) this.#isBusy = false;
      },
    });
  }

  #begin(): void {
    if (this.#isBusy)
      throw new KeelsonError('conflict', 'This conversation is waiting for an answer.', {
        hint: 'Await it, or read its stream to the end, before the next call.',
      });
    this.#isBusy = true;
  }

  async #complete<Output>(ask: ConversationAsk<Output>): Promise<ChatAsk<Output>> {
    const facts = await this.#load();
    const model = ask.model ?? this.#options.model ?? facts.model_alias;
    const system = ask.system ?? this.#options.system ?? facts.system_prompt;
    const temperature = ask.temperature ?? ask.sampling?.temperature ?? facts.temperature;
    const maxOutputTokens = ask.maxOutputTokens ?? facts.max_tokens;
    if (model === undefined)
      throw new KeelsonError('invalid_request', 'Neither the call nor its conversation names a model.', {
        hint: 'Give a `model`, in the call or for the conversation.',
        details: { field: 'model' },
      });
    return {
      ...ask,
      model,
      turns: this.#turns,
      ...(system !== undefined && { system }),
      ...(temperature !== undefined && { temperature }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    };
  }

  async #load(): Promise<Facts> {
    const { id, server } = this.#options;
    if (id === undefined) return {};
    this.#loading ??= (async () => {
      const store = server ?? (await this.#asker.store());
      const facts = await store.getConversation(id);
      if (facts.logging === 'full') this.#turns = await readTurns(store, id);
      return facts;
    })();
    try {
      return await this.#loading;
    } catch (thrown) {
      this.#loading = undefined;
      throw thrown;
    }
  }

  async #keep<Output>(result: ChatResult<Output>): Promise<ConversationResult<Output>> {
    const facts = await this.#load();
    const logging = facts.logging ?? this.#options.logging ?? 'metadata';
    const messages = [...this.#waiting, ...messagesOf(result, this.#turns.length, logging === 'none')];
    this.#turns = result.turns;
    try {
      const store = this.#options.server ?? (await this.#asker.store());
      const signal = AbortSignal.timeout(keepingMs);
      this.#waiting = messages;
      this.#id ??= await this.#make(store, signal);
      // What may have been kept is not told twice.
      this.#waiting = [];
      await store.addMessages(this.#id, { messages }, {}, { signal });
      return { ...result, isKept: true };
    } catch (thrown) {
      this.#options.onProblem?.(problemOf(thrown));
      return { ...result, isKept: false };
    }
  }

  async #make(store: ConversationStore, signal: AbortSignal): Promise<string> {
    const { title, logging, retentionDays, model, system } = this.#options;
    const made = await store.createConversation(
      {
        ...(title !== undefined && { title }),
        ...(logging !== undefined && { logging }),
        ...(retentionDays !== undefined && { retention_days: retentionDays }),
        ...(model !== undefined && { model_alias: model }),
        ...(system !== undefined && { system_prompt: system }),
      },
      {},
      { signal },
    );
    return made.id;
  }
}

function problemOf(thrown: unknown): KeelsonError {
  if (KeelsonError.is(thrown)) return thrown;
  return new KeelsonError('internal_error', 'What was said could not be kept.', { cause: thrown });
}

/** What was said since, with the tokens of each answer; of rounds with tools that ran here, each has its own. */
function messagesOf(result: ChatResult<unknown>, from: number, isCountedOnly: boolean): Message[] {
  const told: readonly Told[] = [...result.rounds, result];
  let round = 0;
  return result.turns.slice(from).map((turn) => {
    const content = isCountedOnly ? '' : contentOf(turn);
    if (turn.role !== 'assistant') return { role: turn.role, content };
    const { input, output } = told[round++]?.usage ?? {};
    return {
      role: turn.role,
      content,
      ...(input?.total !== undefined && { input_tokens: input.total }),
      ...(output?.total !== undefined && { output_tokens: output.total }),
    };
  });
}

/** Plain words as text, so that whoever reads the conversation elsewhere understands them. */
function contentOf({ parts }: Turn): Message['content'] {
  const [only, ...others] = parts;
  if (only?.type === 'text' && others.length === 0 && Object.keys(only).length === 2) return only.text;
  return parts as unknown as Exclude<Message['content'], string>;
}

type Kept = ListMessagesAnswer['data'][number];

async function readTurns(store: ConversationStore, id: string): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await store.listMessages(id, { limit: 1000, ...(cursor !== undefined && { cursor }) });
    for (const message of page.data) {
      const turn = toTurn(message);
      // Without what was said in between, what came before is no conversation any more.
      if (turn === undefined) turns.length = 0;
      else if (turns.length > 0 || turn.role === 'user' || turn.role === 'system') turns.push(turn);
    }
    cursor = page.next_cursor ?? null;
  }
  return turns;
}

function toTurn({ role, content }: Kept): Turn | undefined {
  if (content === undefined) return undefined;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return { role: role === 'developer' ? 'system' : role, parts } as unknown as Turn;
}
