/** What is heard of one request of a block, up to a bound; of anything but a success, no more than its beginning. */
import type { KeelsonError } from '@keelson/core';
import {
  isSuccess,
  type ReplyHandler,
  type ReplyHeaders,
  refusedAddressCode,
  type Sending,
} from '../../providers/index.ts';

/** Labels, for whoever reads of a failure. */
type Fault =
  | 'connection_lost'
  | 'connection_refused'
  | 'ended'
  | 'inside_address'
  | 'name_unknown'
  | 'no_http'
  | 'tls'
  | 'too_large'
  | 'too_slow';

export class HeardReply implements ReplyHandler {
  readonly over: Promise<void>;
  status: number | undefined;
  headers: ReplyHeaders = {};
  /** Why there is no whole answer. */
  why: Fault | undefined;
  readonly #maxBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #sending: Sending | undefined;
  #isOver = false;
  #settle: () => void = () => {};

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Whether somebody may have seen the request. */
  get mayBeSent(): boolean {
    return this.#sending?.mayBeSent === true;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  begin(sending: Sending): void {
    this.#sending = sending;
    if (this.#isOver) sending.cancel();
  }

  end(why?: Fault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.why = why;
    this.#sending?.cancel();
    this.#settle();
  }

  onStart(status: number, headers: ReplyHeaders): void {
    this.status = status;
    this.headers = headers;
    if (!isSuccess(status)) this.end();
  }

  onData(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#maxBytes) this.end('too_large');
    else this.#pieces.push(bytes);
  }

  onEnd(): void {
    this.end();
  }

  onError({ cause }: KeelsonError): void {
    this.end(faultOf((cause ?? {}) as Error & { code?: unknown }));
  }
}

const faults: Readonly<Record<string, Fault>> = {
  [refusedAddressCode]: 'inside_address',
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'name_unknown',
  KEELSON_TOTAL_TIME: 'too_slow',
};

function faultOf({ code, name }: { readonly code?: unknown; readonly name?: string }): Fault {
  const text = typeof code === 'string' ? code : '';
  if (Object.hasOwn(faults, text)) return faults[text] as Fault;
  if (/TIMEOUT|TIMEDOUT/.test(text)) return 'too_slow';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO/.test(text)) return 'tls';
  return text.startsWith('HPE_') || name === 'HTTPParserError' ? 'no_http' : 'connection_lost';
}
