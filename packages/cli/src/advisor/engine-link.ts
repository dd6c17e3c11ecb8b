/** Asks a model by an engine in this process, with the keys that are here. */
import { dialects } from '@keelson/core';
import {
  type AnyDialect,
  type AskedCall,
  type Caller,
  type EngineSettings,
  openEngine,
} from '@keelson/engine';
import { type CarriedAnswer, createModelLink, type ModelLink, streamType } from './model-link.ts';

export function openEngineLink(model: string, settings: EngineSettings, shownAs = model): ModelLink {
  const engine = openEngine(settings);
  const carry = (body: string, signal: AbortSignal): Promise<CarriedAnswer> => {
    const asked: AskedCall = {
      id: engine.newId(),
      endpoint: 'chat',
      dialect: dialects['openai-chat'] as unknown as AnyDialect,
      wire: { method: 'POST', path: '/v1/chat/completions', query: {}, headers: {}, body },
      controls: { tags: {} },
      identity: { keyId: 'command-line', workspace: 'default' },
    };
    const caller = new CollectingCaller(signal);
    // It never rejects; what went wrong is in the answer.
    void engine.call(asked, caller).then(() => caller.end());
    return caller.started;
  };
  return createModelLink({ model, shownAs, carry, close: () => engine.close() });
}

/** A stream that ended before its beginning. */
const brokenOff = { status: 0, headers: { 'content-type': streamType } };

/** The caller's end of a call that is answered in this process. It is always ready for more. */
class CollectingCaller implements Caller {
  readonly started: Promise<CarriedAnswer>;
  readonly #pieces: Uint8Array[] = [];
  #start: (answer: CarriedAnswer) => void = () => {};
  #wake: () => void = () => {};
  #leave: () => void = () => {};
  #isOver = false;
  hasLeft = false;

  constructor(signal: AbortSignal) {
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
    signal.addEventListener(
      'abort',
      () => {
        this.hasLeft = true;
        this.#leave();
        this.end();
      },
      { once: true },
    );
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#start({ status, headers, pieces: this.#read() });
  }

  write(bytes: Uint8Array | string): boolean {
    this.#pieces.push(typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes));
    this.#wake();
    return true;
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
    this.#isOver = true;
    // Where nothing was ever said, whoever waits for a beginning is told that there is none.
    this.#start({ ...brokenOff, pieces: this.#read() });
    this.#wake();
  }

  breakOff(): void {
    this.end();
  }

  onDrain(): void {}

  onLeave(run: () => void): void {
    this.#leave = run;
    if (this.hasLeft) run();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) yield piece;
      else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
