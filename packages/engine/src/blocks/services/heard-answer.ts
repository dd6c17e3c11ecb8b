/** A caller that hears the answer to a block's prompt: all of it at once, or as it comes for somebody who follows the run. */
import {
  type ChatEvent,
  createFrameReader,
  dialects,
  type FrameReader,
  retryAfterMs,
  type StreamParser,
} from '@keelson/core';
import type { Caller } from '../../calls/index.ts';

/** What an answer comes to. */
export interface HeardText {
  readonly text: string | undefined;
  readonly hasRefused: boolean;
  /** Whether the model ran into its bound of output. */
  readonly isCut: boolean;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

abstract class HeardAnswer implements Caller {
  hasLeft = false;
  /** How long whoever refused wants to be left alone. */
  retryAfterMs: number | undefined;
  #onLeave: () => void = () => {};

  start(_status: number, headers: Readonly<Record<string, string>>): void {
    this.retryAfterMs = retryAfterMs(headers);
  }

  abstract write(bytes: Uint8Array | string): boolean;

  /** Asked once the call is over. */
  abstract read(): HeardText;

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
  }

  /** Nothing here is slow. */
  onDrain(): void {}

  onLeave(run: () => void): void {
    this.#onLeave = run;
  }

  leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.#onLeave();
  }
}

interface Completion {
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown; readonly refusal?: unknown };
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

export class WholeAnswer extends HeardAnswer {
  readonly #pieces: Buffer[] = [];

  write(bytes: Uint8Array | string): boolean {
    this.#pieces.push(typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes));
    return true;
  }

  read(): HeardText {
    const { choices, usage } = JSON.parse(Buffer.concat(this.#pieces).toString('utf8')) as Completion;
    const { content, refusal } = choices?.[0]?.message ?? {};
    return {
      text: typeof content === 'string' ? content : undefined,
      hasRefused: typeof refusal === 'string',
      isCut: choices?.[0]?.finish_reason === 'length',
      inputTokens: countOf(usage?.prompt_tokens),
      outputTokens: countOf(usage?.completion_tokens),
    };
  }
}

const countOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Tells every piece of text as it comes; what it reads in the end are these pieces. */
export class StreamedAnswer extends HeardAnswer {
  /** Whether the model has begun to answer: whatever fails then has been paid for. */
  hasBegun = false;
  /** What whoever listens threw, which ends the call. */
  thrown: unknown;
  readonly #onText: (delta: string) => void;
  #reader: FrameReader | undefined;
  readonly #parser: StreamParser;
  #text: string | undefined;
  #hasRefused = false;
  #isCut = false;
  #inputTokens: number | null = null;
  #outputTokens: number | null = null;

  constructor(onText: (delta: string) => void) {
    super();
    this.#onText = onText;
    const { outbound, quirks } = dialects['openai-chat'];
    this.#parser = outbound.createStreamParser(quirks);
  }

  override start(status: number, headers: Readonly<Record<string, string>>): void {
    super.start(status, headers);
    // Whatever is refused before it begins is told in one piece, which the record tells as well.
    if (headers['content-type']?.startsWith('text/event-stream') !== true) return;
    this.hasBegun = true;
    this.#reader = createFrameReader('sse');
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#reader === undefined || this.hasLeft) return true;
    const frames = this.#reader.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    for (const frame of frames) for (const event of this.#parser.push(frame)) this.#hear(event);
    return true;
  }

  read(): HeardText {
    return {
      text: this.#text,
      hasRefused: this.#hasRefused,
      isCut: this.#isCut,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
    };
  }

  #hear(event: ChatEvent): void {
    switch (event.type) {
      case 'text-delta':
        this.#text = (this.#text ?? '') + event.text;
        this.#tell(event.text);
        return;
      case 'refusal-delta':
        this.#hasRefused = true;
        return;
      case 'message-end':
        this.#isCut = event.stop.unified === 'length';
        return;
      case 'usage':
        this.#inputTokens = event.usage.input.total ?? null;
        this.#outputTokens = event.usage.output.total ?? null;
        return;
      default:
    }
  }

  #tell(delta: string): void {
    if (delta === '' || this.hasLeft) return;
    try {
      this.#onText(delta);
    } catch (thrown) {
      this.thrown = thrown;
      this.leave();
    }
  }
}
