/**
 * What a block is: a value with a name, what it does to the world, how it recovers, a body that the runner knows how to run, and
 * the scope that the code inside is given. Types only, in one file because they speak of each other.
 */
import type { Json, JsonObject } from '../json/index.ts';
import type { Effects } from './effects.ts';
import type { AnnotationKey, BlockResponse, RequestMetadata } from './envelope.ts';
import type { Policy } from './policy.ts';
import type { Answer, CallModel, FindModel, Hold, SendHttp, Spending, Wait } from './services.ts';

export interface BlockLimits {
  /** Of one attempt. */
  readonly timeoutMs?: number;
  /** Of all attempts of one visit together. */
  readonly nanoDollars?: number;
}

export interface BuildWarning {
  readonly block: string;
  readonly says: string;
}

export interface Block<Payload, Output> {
  readonly name: string;
  /** `step`, `seq`, `prompt` and so on; for people. */
  readonly kind: string;
  readonly version: string;
  /** Under which its attempts are counted: `name@version`, and `@alias` where it names a model. */
  readonly key: string;
  readonly effects: Effects;
  readonly recovery: readonly Policy[];
  readonly limits: BlockLimits;
  /** The alias of a model, for blocks that name one. */
  readonly alias?: string;
  /** Error types that the block deals with inside, so that callers must not retry them again. */
  readonly manages: readonly string[];
  /** What it tells is its output, piece by piece: true of a prompt that answers with text. */
  readonly tellsOutput?: true;
  readonly body: BlockBody;
  /** Of this block and all inside it. */
  readonly warnings: readonly BuildWarning[];
  /** Only for the compiler. */
  readonly types?: (payload: Payload) => Output;
  /** The same block with these policies in place of its own. */
  recover(...policies: readonly Policy[]): Block<Payload, Output>;
  /** The same block with bounds of its own. */
  within(limits: BlockLimits): Block<Payload, Output>;
}

export type AnyBlock = Block<never, unknown>;
export type PayloadOf<B> = B extends Block<infer Payload, unknown> ? Payload : never;
export type OutputOf<B> = B extends Block<never, infer Output> ? Output : never;

export interface CallOptions {
  /** What the child may know besides its payload. */
  readonly context?: JsonObject;
}

export interface Scope {
  /** Where in the run this is, node by node. */
  readonly path: string;
  readonly metadata: RequestMetadata;
  readonly context: JsonObject;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  /** The alias that a fallback chose in place of the block's own. */
  readonly alias: string | undefined;
  readonly callModel: CallModel | undefined;
  readonly findModel: FindModel;
  readonly sendHttp: SendHttp | undefined;
  /** Runs another block as a child of this one, with the child's own recovery. */
  call<Payload, Output>(
    node: string,
    block: Block<Payload, Output>,
    payload: Payload,
    options?: CallOptions,
  ): Promise<BlockResponse<Output>>;
  /** Sets money aside on every budget above; throws `budget_exceeded` before anything was spent. */
  hold(worstNanoDollars: number | null): Hold;
  /** Counts what was spent without having been set aside. */
  spend(spending: Spending): void;
  /** Adds a fact to the response's metadata. */
  note(key: AnnotationKey, value: Json): void;
  /** Whether anybody follows the run: without, nothing need be made for `tell`. */
  readonly isFollowed: boolean;
  /** A piece of text for whoever follows the run. */
  tell(delta: string): void;
  /** The same for every attempt of this visit, also after a crash: whoever is called by it can tell a repetition. */
  readonly idempotencyKey: string;
  /** Stops the run here until there is an answer, or throws what became of the wait. At most once in an attempt. */
  waitFor(wait: Wait): Promise<Answer>;
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** What one attempt of a leaf takes before anything is known of it; `null` is unknown. */
export interface Prior {
  readonly nanoDollars: Expected;
  readonly ms: Expected;
  readonly calls: number;
  /** Tokens of input that this request would have, and what one costs: for records of other sizes. */
  readonly inputTokens?: number;
  readonly nanoDollarsPerInputToken?: number;
  readonly notes?: readonly string[];
}

export interface Expected {
  readonly mean: number | null;
  readonly std: number | null;
  readonly max: number | null;
}

/** What a plan may look at. `payload` is absent where it is not known before the run. */
export interface PlanQuestion {
  readonly payload?: unknown;
  readonly alias: string | undefined;
  readonly findModel: FindModel;
  /** Of the requests that were seen, on average: for one that is not known yet. */
  readonly seenInputTokens?: number;
}

export interface LeafBody {
  readonly type: 'leaf';
  /** What it does to the world, its children do: its own code may run again, and finds their results where they were. */
  readonly onlyCalls?: boolean;
  readonly run: (payload: never, scope: Scope) => unknown;
  /** Pure. Without it, a leaf costs nothing and takes about 10 ms. */
  readonly plan?: (question: PlanQuestion) => Prior;
}

export interface Child {
  readonly node: string;
  readonly block: AnyBlock;
}

export interface SeqBody {
  readonly type: 'seq';
  readonly children: readonly Child[];
}

export interface AllBody {
  readonly type: 'all';
  readonly children: readonly Child[];
  readonly concurrency: number;
}

export interface RaceBody {
  readonly type: 'race';
  readonly children: readonly Child[];
}

interface BranchCase extends Child {
  readonly when: (payload: never) => boolean;
}

export interface BranchBody {
  readonly type: 'branch';
  readonly cases: readonly BranchCase[];
  readonly otherwise: AnyBlock;
}

export interface LoopBody {
  readonly type: 'loop';
  readonly block: AnyBlock;
  readonly until: (state: never, round: number) => boolean;
  readonly max: number;
}

export interface EachBody {
  readonly type: 'each';
  readonly block: AnyBlock;
  readonly concurrency: number;
  readonly maxItems: number;
}

/** What a node of a graph may make its input of. */
export interface Sources {
  /** The payload of the graph itself. */
  readonly request: unknown;
  /** The output of the node before; at the entry, the payload. */
  readonly previous: unknown;
  /** The newest output of every node that has one, by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface GraphNode extends Child {
  /** The output of the node before when left out. */
  readonly input?: (sources: Sources) => unknown;
  /** Keys of the graph's own context that the node may see. */
  readonly context: readonly string[];
}

export interface GraphEdge {
  /** For records and estimates: `from>to`, and the condition's name where there is one. */
  readonly name: string;
  readonly to: string;
  /** Absent: always. */
  readonly when?: (output: unknown, sources: Sources) => boolean;
}

export interface GraphBody {
  readonly type: 'graph';
  readonly entry: string;
  readonly maxSteps: number;
  readonly nodes: Readonly<Record<string, GraphNode>>;
  readonly edges: Readonly<Record<string, readonly GraphEdge[]>>;
}

/** A block inside another, with an input and a context of its own. */
export interface FlowBody {
  readonly type: 'flow';
  readonly node: string;
  readonly block: AnyBlock;
  readonly input?: (payload: never) => unknown;
  readonly pick?: (context: JsonObject, payload: never) => JsonObject;
}

export type BlockBody =
  | LeafBody
  | SeqBody
  | AllBody
  | RaceBody
  | BranchBody
  | LoopBody
  | EachBody
  | GraphBody
  | FlowBody;
