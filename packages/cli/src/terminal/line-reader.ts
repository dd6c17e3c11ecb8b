/** Reads lines that somebody types, with a history of them; what is typed before anybody asks for it waits. */
import { createInterface, type Interface } from 'node:readline';

export interface LineReaderParts {
  /** Ctrl-C, with what stands in the line. */
  readonly onInterrupt: (typed: string) => void;
}

export class LineReader {
  readonly #lines: Interface;
  readonly #typed: string[] = [];
  #take: ((line: string | undefined) => void) | undefined;
  #isClosed = false;

  constructor({ onInterrupt }: LineReaderParts) {
    this.#lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '' });
    this.#lines.on('SIGINT', () => onInterrupt(this.#lines.line));
    this.#lines.on('line', (line) => {
      if (this.#take === undefined) this.#typed.push(line);
      else this.#give(line);
    });
    this.#lines.on('close', () => {
      this.#isClosed = true;
      this.#give(undefined);
    });
  }

  /** Undefined at the end of input, and when it is dropped. */
  next(prompt: string): Promise<string | undefined> {
    const waiting = this.#typed.shift();
    if (waiting !== undefined || this.#isClosed) return Promise.resolve(waiting);
    this.#lines.setPrompt(prompt);
    this.#lines.prompt();
    return new Promise((take) => {
      this.#take = take;
    });
  }

  /** Ends a wait for a line, as if there were none. */
  drop(): void {
    this.#give(undefined);
  }

  /** Empties the line that is being typed. */
  clear(): void {
    this.#lines.write(null, { ctrl: true, name: 'e' });
    this.#lines.write(null, { ctrl: true, name: 'u' });
  }

  prompt(): void {
    this.#lines.prompt();
  }

  close(): void {
    this.#lines.close();
  }

  #give(line: string | undefined): void {
    const take = this.#take;
    this.#take = undefined;
    take?.(line);
  }
}
