/**
 * The caller's end of a call in our own format, which is told after its answer what the call came to. The answer passes as it
 * comes; only its very end waits until the call has been settled, which is a moment.
 */
import type { CallReport } from '@keelson/core';
import type { CallRecord } from '../observability/index.ts';
import type { AskedCall, Caller } from './asked-call.ts';
import { reportCall } from './report-call.ts';

interface Calling {
  call(asked: AskedCall, caller: Caller): Promise<CallRecord | undefined>;
  readonly receipts: object | undefined;
}

/** Never rejects, as the call itself. */
export async function callAndReport(
  engine: Calling,
  asked: AskedCall,
  caller: Caller,
): Promise<CallRecord | undefined> {
  const reporting = new ReportingCaller(caller);
  const record = await engine.call(asked, reporting);
  reporting.finish(record && reportCall(record, engine.receipts !== undefined));
  return record;
}

class ReportingCaller implements Caller {
  readonly #caller: Caller;
  #isStream = false;
  /** What a whole answer begins with, until its length is known. */
  #start: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly #pieces: Buffer[] = [];
  #isBroken = false;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get hasLeft(): boolean {
    return this.#caller.hasLeft;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    if (this.#isStream) this.#caller.start(status, headers);
    else this.#start = { status, headers };
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#isStream) return this.#caller.write(bytes);
    this.#pieces.push(Buffer.from(bytes as Uint8Array));
    return true;
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
  }

  breakOff(): void {
    this.#isBroken = true;
    this.#caller.breakOff?.();
  }

  onDrain(run: () => void): void {
    this.#caller.onDrain(run);
  }

  onLeave(run: () => void): void {
    this.#caller.onLeave(run);
  }

  /** Sends the end of the answer. Without a report where there is a fault in Keelson. */
  finish(report: CallReport | undefined): void {
    if (this.#isBroken) return;
    if (this.#isStream) {
      this.#caller.end(
        report === undefined ? undefined : `data: ${JSON.stringify({ type: 'call', ...report })}\n\n`,
      );
      return;
    }
    if (this.#start === undefined) {
      this.#caller.end();
      return;
    }
    const { status, headers } = this.#start;
    const answer = Buffer.concat(this.#pieces).toString();
    const text = report === undefined ? answer : withReport(answer, report);
    this.#caller.start(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) });
    this.#caller.end(text);
  }
}

/** Answers and errors of our own format are objects that hold something. */
function withReport(text: string, report: CallReport): string {
  return `${text.slice(0, text.lastIndexOf('}'))},"call":${JSON.stringify(report)}}`;
}
