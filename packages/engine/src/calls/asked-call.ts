/** What the pipeline is given: a call as its caller sent it, and a way to answer that caller. */
import type { CallDialect, ChatRequest, Dialect, WireCall } from '@keelson/core';
import type { PassedEndpoint } from '../passing/index.ts';
import type { Endpoint } from '../routing/index.ts';
import type { OpenedFlow } from './flow-run.ts';

/** Whatever its quirks: the pipeline hands them on and never looks into them. */
export type AnyDialect = Dialect<object>;
/** A format for embeddings or reranking. */
export type AnyCallDialect = CallDialect<unknown, unknown, object>;

export interface AskedCall {
  readonly id: string;
  readonly endpoint: Endpoint;
  /** The caller's; of the kind of the endpoint. */
  readonly dialect: AnyDialect | AnyCallDialect;
  readonly wire: WireCall & { readonly body: string };
  /** What it asks for, where it passes in the vendor's own format; `endpoint` is then `passed`. */
  readonly passed?: PassedEndpoint;
  /** The body, where it is no text; the one of `wire` is then empty. */
  readonly bytes?: Buffer;
  readonly identity: Identity;
  readonly controls: CallControls;
  /** The trace that its caller says it belongs to. */
  readonly traceId?: string;
  /** Finds flows that it may ask for like for a model; without it, there are none. */
  readonly openFlow?: OpenFlow;
}

export interface FlowQuestion {
  /** Without the prefix. */
  readonly name: string;
  readonly asked: AskedCall;
  readonly request: ChatRequest;
}

/** Throws `KeelsonError`s: `model_not_found`, or what of the request a flow cannot be asked. Nothing has begun when it resolves. */
export type OpenFlow = (question: FlowQuestion) => Promise<OpenedFlow>;

/** Who calls. */
export interface Identity {
  readonly keyId: string;
  /** What its key was made for, as `resource:action`; what every key may when left out. */
  readonly scopes?: readonly string[];
  /** What its key may do in place of scopes, by name, and how far that reaches; for whoever lets it in. */
  readonly role?: string;
  readonly reach?: string;
  /** Aliases and models that it may ask for, `openai:*` for all of a provider's; everything when left out. */
  readonly models?: readonly string[];
  /** Profiles of the lockfile that it may name, the usual one for its calls first; all when left out. */
  readonly profiles?: readonly string[];
  readonly workspace: string;
  readonly organisation?: string;
  readonly team?: string;
  readonly user?: string;
}

/** What a caller may ask of us rather than of a model. */
export interface CallControls {
  readonly tags: Readonly<Record<string, string>>;
  readonly sessionId?: string;
  /** Of the lockfile, in place of the usual one. */
  readonly profile?: string;
  readonly lossPolicy?: 'allow' | 'warn' | 'strict';
  readonly deadlineMs?: number;
  readonly mayFallBack?: boolean;
  /** To be told the id of the receipt with the answer. */
  readonly wantsReceipt?: boolean;
  /** What the cache of answers may do for this call, whatever its alias says. */
  readonly cache?: 'use' | 'bypass' | 'refresh';
  /** How old a known answer may be, and how long a new one is kept. */
  readonly cacheTtlSeconds?: number;
}

export interface CallerInput {
  listen(take: (bytes: Uint8Array) => boolean): void;
  resume(): void;
}

/** The caller's end of the wire. Nothing here waits: a full socket says so, and drains later. */
export interface Caller {
  start(status: number, headers: Readonly<Record<string, string>>): void;
  /** False when the caller is slow and the provider should wait. */
  write(bytes: Uint8Array | string): boolean;
  end(bytes?: Uint8Array | string): void;
  /** Ends the connection so that nobody takes what was sent for all there is. */
  breakOff?(): void;
  /** What it says once the protocol has changed; `take` is false when it should wait until `resume`. */
  readonly input?: CallerInput | undefined;
  onDrain(run: () => void): void;
  /** Whether the caller is gone before the end. */
  readonly hasLeft: boolean;
  /** Called once when that happens; each new one replaces the one before. */
  onLeave(run: () => void): void;
}
