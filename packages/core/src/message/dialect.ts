/**
 * The contract of a wire format. A dialect is pure and two-way: outbound when we call a provider that speaks it,
 * inbound when a caller speaks it to us. It never knows who is at the other end: no host, no key, no vendor check.
 */
import type { KeelsonError } from '../errors/index.ts';
import type { Frame, FramingName } from '../framing/index.ts';
import type { Json } from '../json/index.ts';
import type { EmbedRequest, EmbedResult } from './embedding.ts';
import type { ChatEvent } from './events.ts';
import type { Loss, Rendered } from './loss.ts';
import type { ChatMessage } from './message.ts';
import type { Relay } from './relay.ts';
import type { ChatRequest } from './request.ts';
import type { RerankRequest, RerankResult } from './reranking.ts';
import type { SkimmedAnswer } from './skimmed-answer.ts';

/** A request on the wire, without host and key. `body` is a parsed JSON value; parsers also accept its text. */
export interface WireCall {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** What we send is relative to the provider's base address, version included (`…/v1`); what we parse is whole. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Push style: arrays per read, no promise per event. */
export interface StreamParser {
  push(frame: Frame): ChatEvent[];
  end(): ChatEvent[];
}

export interface StreamRenderer {
  push(event: ChatEvent): Frame[];
  end(): Frame[];
  /** What could not be said so far. */
  readonly losses: readonly Loss[];
}

export interface Dialect<Quirks extends object> {
  readonly name: string;
  /**
   * The defaults; each field is documented where the type is declared. Quirks are of requests alone: no parser looks at them,
   * and docs/dialects.md says of each whether it concerns callers of this format too.
   */
  readonly quirks: Quirks;
  /** Of its streams; a caller who asks in a way that means another finds it in `streamOptions.framing`. */
  readonly framing: FramingName;
  readonly relay?: Relay;
  readonly outbound: {
    renderRequest(request: ChatRequest, quirks: Quirks): Rendered<WireCall>;
    /** The same events as a stream of the same answer. */
    parseResponse(reply: WireReply): ChatEvent[];
    /** What has to be known of a usual answer that passes untouched; undefined where it must be parsed like every other. */
    skimResponse?(body: Json): SkimmedAnswer | undefined;
    createStreamParser(quirks: Quirks): StreamParser;
    /** Of the provider's streams, where a quirk makes it another than `framing`. */
    framingOf?(quirks: Quirks): FramingName;
    parseError(reply: WireReply): KeelsonError;
  };
  readonly inbound: {
    /**
     * Where callers of the format knock: `/models/{model}:generateContent`. Each matches at the end of a path, whatever
     * version or prefix stands before it (see `matchPath`).
     */
    readonly paths: readonly string[];
    /** The field of a request that holds a caller's own names and values; `metadata` when left out. */
    readonly metadataField?: string;
    /** Throws `KeelsonError('invalid_request')` naming the field. */
    parseRequest(call: WireCall): ChatRequest;
    renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown>;
    createStreamRenderer(request: ChatRequest): StreamRenderer;
    /** Formats whose hosts tell errors in their own ways look at the path of the call that failed. */
    renderError(error: KeelsonError, call?: Pick<WireCall, 'path'>): WireReply;
  };
}

/** A wire format for calls that are answered at once, without stream and conversation: embeddings, reranking. */
export interface CallDialect<Request, Result, Quirks extends object> {
  readonly name: string;
  /** The defaults; each field is documented where the type is declared. */
  readonly quirks: Quirks;
  readonly outbound: {
    renderRequest(request: Request, quirks: Quirks): Rendered<WireCall>;
    /** Throws the provider's error where a status of success hides one. */
    parseResponse(reply: WireReply): Result;
    parseError(reply: WireReply): KeelsonError;
  };
  readonly inbound: {
    /** As in a `Dialect`. */
    readonly paths: readonly string[];
    /** As in a `Dialect`. */
    readonly metadataField?: string;
    /** Throws `KeelsonError('invalid_request')` naming the field. */
    parseRequest(call: WireCall): Request;
    renderResponse(result: Result, request: Request): Rendered<unknown>;
    renderError(error: KeelsonError, call?: Pick<WireCall, 'path'>): WireReply;
  };
}

export type EmbedDialect<Quirks extends object> = CallDialect<EmbedRequest, EmbedResult, Quirks>;
export type RerankDialect<Quirks extends object> = CallDialect<RerankRequest, RerankResult, Quirks>;
