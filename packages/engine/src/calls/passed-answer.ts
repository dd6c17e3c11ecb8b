/**
 * The answer of a call that passes: its bytes go on as they are. It is read beside that for its usage, and for an error that it
 * tells under a status of success.
 */
import {
  addUsage,
  createFrameReader,
  type FrameReader,
  isJsonObject,
  type Json,
  KeelsonError,
  type Usage,
} from '@keelson/core';
import { farewell, SocketFrames } from '../passing/index.ts';
import type { ReplyHeaders } from '../providers/index.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { AnyDialect } from './asked-call.ts';
import type { PassedCall } from './open-passed.ts';
import type { StreamLane } from './stream-lane.ts';
import { textHeaders } from './text-headers.ts';

/** Told by the whole body; undefined tells nothing. */
const unknownUsage: Usage = { input: {}, output: {} };

export interface PassedReply {
  readonly passed: PassedCall;
  readonly dialect: AnyDialect;
  readonly status: number;
  readonly headers: ReplyHeaders;
}

export function contentTypeOf(headers: ReplyHeaders): string {
  const type = headers['content-type'];
  return typeof type === 'string' ? type : 'application/octet-stream';
}

/** Throws where an answer that must be JSON is none, or where it tells an error. */
export function readPassedWhole(bytes: Buffer, reply: PassedReply, reading: AnswerReading): void {
  const { passed, headers } = reply;
  const { endpoint, content } = passed;
  const isJson = endpoint.answersJson || contentTypeOf(headers).includes('json');
  const value = isJson ? readJson(bytes.toString('utf8')) : undefined;
  const error = errorIn(value, reply);
  if (error !== undefined) throw error;
  if (endpoint.kind !== undefined) reading.whole = value;
  const usage = endpoint.readUsage({ value, headers }, content) ?? endpoint.usageAtLeast?.(content);
  reading.learnPlain({ usage: usage ?? unknownUsage, facts: factsIn(value) });
}

function readJson(text: string): Json {
  const value = readLeniently(text);
  if (value !== undefined) return value;
  throw new KeelsonError('invalid_response', text === '' ? 'The answer is empty.' : 'The answer is no JSON.');
}

/** What a call has used as soon as its answer began, for one that did not come to its end. */
export function usageSoFar({ endpoint, content }: PassedCall, told: Usage | undefined): Usage {
  return told ?? endpoint.usageAtLeast?.(content) ?? unknownUsage;
}

function errorIn(
  value: Json | undefined,
  { dialect, status, headers }: PassedReply,
): KeelsonError | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.error)) return undefined;
  return dialect.outbound.parseError({ status, headers: textHeaders(headers), body: JSON.stringify(value) });
}

function factsIn(value: Json | undefined): { readonly model?: string } {
  return isJsonObject(value) && typeof value.model === 'string' ? { model: value.model } : {};
}

/** More than that of an unframed answer is not kept to be read. */
const mostKeptBytes = 1024 * 1024;

/** Reads a stream beside its passing: frames where it has them, else nothing but that it came. */
export class PassedStream {
  readonly #reply: PassedReply;
  readonly #reading: AnswerReading;
  readonly #frames: FrameReader | undefined;
  readonly #kept: Uint8Array[] | undefined;
  #keptBytes = 0;
  readonly #messages: SocketFrames | undefined;
  /** Answers over a socket that have begun and not ended. */
  #unfinished = 0;

  constructor(reply: PassedReply, reading: AnswerReading) {
    this.#reply = reply;
    this.#reading = reading;
    const type = contentTypeOf(reply.headers);
    if (reply.passed.endpoint.isSocket === true) this.#messages = new SocketFrames();
    else if (type.startsWith('text/event-stream')) this.#frames = createFrameReader('sse');
    else if (type.startsWith('application/vnd.amazon.eventstream'))
      this.#frames = createFrameReader('bedrock-chunks');
    else if (type.includes('json')) this.#kept = [];
  }

  skip(): boolean {
    return false;
  }

  read(bytes: Uint8Array): never[] {
    if (this.#messages !== undefined) for (const text of this.#messages.push(bytes)) this.#hear(text);
    else if (this.#frames !== undefined) for (const frame of this.#frames.push(bytes)) this.#learn(frame);
    else if (this.#kept !== undefined && this.#keptBytes <= mostKeptBytes) {
      this.#keptBytes += bytes.length;
      this.#kept.push(bytes);
    }
    if (bytes.length > 0 && this.#reading.error === undefined) this.#reading.hasContent = true;
    return [];
  }

  end(): never[] {
    for (const frame of this.#frames?.end() ?? []) this.#learn(frame);
    const { passed, headers } = this.#reply;
    if (this.#kept !== undefined && this.#keptBytes <= mostKeptBytes)
      this.#take(readLeniently(Buffer.concat(this.#kept).toString('utf8')));
    else this.#reading.usage ??= passed.endpoint.readUsage({ value: undefined, headers }, passed.content);
    this.#reading.usage = usageSoFar(passed, this.#reading.usage);
    this.#reading.hasContent = true;
    return [];
  }

  #learn({ event, data }: { readonly event?: string; readonly data: string }): void {
    if (event?.endsWith('Exception') === true) {
      const { status, dialect } = this.#reply;
      const headers = { 'x-amzn-errortype': event[0]?.toUpperCase() + event.slice(1) };
      this.#reading.error = dialect.outbound.parseError({ status, headers, body: data });
      return;
    }
    // Pictures and sound come in frames of megabytes, which hold neither.
    if (
      event === 'error' ||
      /"(?:\w*usage\w*|error|\w*-invocationMetrics|\w*token_?count)"/i.test(tailOf(data))
    )
      this.#take(readLeniently(data));
  }

  #take(value: Json | undefined): void {
    const { passed, headers } = this.#reply;
    const error = errorIn(value, this.#reply);
    if (error !== undefined) this.#reading.error = error;
    const usage = passed.endpoint.readUsage({ value, headers }, passed.content);
    if (usage !== undefined) this.#reading.usage = usage;
  }

  /** A session tells what each of its answers used; an error in it does not end it. */
  #hear(text: string): void {
    if (!/"type"\s*:\s*"response\.(?:created|done)"/.test(text)) return;
    const value = readLeniently(text);
    if (!isJsonObject(value)) return;
    if (value.type === 'response.created') this.#unfinished += 1;
    if (value.type === 'response.done') this.#unfinished -= 1;
    const { passed, headers } = this.#reply;
    const usage = passed.endpoint.readUsage({ value, headers }, passed.content);
    const before = this.#reading.usage;
    if (usage !== undefined) this.#reading.usage = before === undefined ? usage : addUsage(before, usage);
    this.#reading.isCutShort = this.#unfinished > 0;
  }
}

const tailCharacters = 8192;

/** Both ends of a long frame: what is between them is a picture or sound. */
function tailOf(data: string): string {
  if (data.length <= 2 * tailCharacters) return data;
  return data.slice(0, tailCharacters) + data.slice(-tailCharacters);
}

function readLeniently(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The provider's own bytes, as they come. */
export class PassedLane implements StreamLane {
  readonly contentType: string;
  readonly losses = [];
  readonly #dialect: AnyDialect;

  readonly #isSocket: boolean;

  constructor({ headers, dialect, passed }: PassedReply) {
    this.#isSocket = passed.endpoint.isSocket === true;
    this.contentType = contentTypeOf(headers);
    this.#dialect = dialect;
  }

  push(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  end(): undefined {
    return undefined;
  }

  /** Events can say it; bytes that are sound cannot, and then the connection breaks. */
  fail(error: KeelsonError): Uint8Array | undefined {
    const { body } = this.#dialect.inbound.renderError(error);
    if (this.#isSocket) return farewell({ type: 'error', ...(body as object) }, error.code);
    if (!this.contentType.startsWith('text/event-stream')) return undefined;
    return Buffer.from(`\n\nevent: error\ndata: ${JSON.stringify(body)}\n\n`);
  }

  /** Whether a caller could take what it got for all there is. */
  get mustBreakOff(): boolean {
    return !this.#isSocket && !this.contentType.startsWith('text/event-stream');
  }
}
