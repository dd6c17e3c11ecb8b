/** What a provider says of a call that it refuses, held until all of it is there and a secret in it cannot be cut in two. */
import type { Redactor } from '../../secrets/index.ts';
import type { ReplyHeaders } from './sending.ts';

export class Refusal {
  readonly #redactor: Redactor;
  readonly #chunks: Uint8Array[] = [];

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
  }

  /** The bytes as they came where they hold no secret. */
  takeClean(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks.splice(0));
    // One character for each byte, so that nothing else of it changes.
    const text = bytes.toString('latin1');
    const clean = this.#redactor.redact(text);
    return clean === text ? bytes : Buffer.from(clean, 'latin1');
  }

  cleanHeaders(headers: ReplyHeaders): ReplyHeaders {
    const clean: Record<string, string | string[] | undefined> = {};
    for (const name in headers) {
      // What is taken out makes it shorter.
      if (name === 'content-length') continue;
      const value = headers[name];
      clean[name] = Array.isArray(value)
        ? value.map((each) => this.#redactor.redact(each))
        : value && this.#redactor.redact(value);
    }
    return clean;
  }
}
