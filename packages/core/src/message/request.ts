/**
 * The canonical chat request: what a caller may ask of any model, in words that belong to no vendor. A field that only
 * one format has today still has a name here as soon as we know it; only what no dialect of ours knows is an extension.
 */
import type { FramingName } from '../framing/index.ts';
import type { Json, JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { CacheMark, Part, TextPart, ToolResultPart } from './parts.ts';

export interface SystemTurn extends Annotated {
  readonly role: 'system';
  readonly parts: readonly Part[];
  readonly name?: string;
}

export interface UserTurn extends Annotated {
  readonly role: 'user';
  readonly parts: readonly Part[];
  readonly name?: string;
}

export interface AssistantTurn extends Annotated {
  readonly role: 'assistant';
  readonly parts: readonly Part[];
  readonly name?: string;
  /** Whether the answer continues this turn instead of following it. */
  readonly prefix?: boolean;
}

/** The results of one or more tool calls, given back together. */
export interface ToolTurn extends Annotated {
  readonly role: 'tool';
  readonly parts: readonly ToolResultPart[];
}

export type Turn = SystemTurn | UserTurn | AssistantTurn | ToolTurn;

export interface FunctionTool extends Annotated {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments. */
  readonly parameters?: Json;
  readonly strict?: boolean;
  readonly cache?: CacheMark;
  /** The model learns of the tool only when it searches for it. */
  readonly deferLoading?: boolean;
  /** Stream arguments before they are known to be valid JSON. */
  readonly eagerInput?: boolean;
  readonly allowedCallers?: readonly string[];
  readonly inputExamples?: readonly Json[];
}

/** A tool with free-text input, optionally bound to a grammar. */
export interface CustomTool extends Annotated {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string;
  readonly format?: JsonObject;
}

/** A tool that the provider runs; only its own dialect can ask for it. */
export interface NativeTool extends Annotated {
  readonly type: 'native';
  readonly dialect: string;
  readonly value: JsonObject;
}

export type Tool = FunctionTool | CustomTool | NativeTool;

export type ToolChoice = Annotated &
  (
    | { readonly type: 'auto' | 'none' | 'required' }
    | { readonly type: 'tool'; readonly name: string; readonly custom?: boolean }
    | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly tools: readonly AllowedTool[] }
    /** A choice that only one dialect can express. */
    | { readonly type: 'native'; readonly dialect: string; readonly value: Json }
  );

export interface AllowedTool extends Annotated {
  readonly type: 'function' | 'custom';
  readonly name: string;
}

export type OutputFormat = Annotated &
  (
    | { readonly type: 'text' }
    | { readonly type: 'json' }
    | {
        readonly type: 'json-schema';
        readonly schema?: Json;
        readonly name?: string;
        readonly description?: string;
        readonly strict?: boolean;
      }
  );

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly logitBias?: JsonObject;
  /** How many answers to give. */
  readonly choices?: number;
  readonly logprobs?: boolean;
  /** Alternatives per token. */
  readonly topLogprobs?: number;
}

export interface Reasoning extends Annotated {
  /** `none` to `max`, in the vendor's own word. */
  readonly effort?: string;
  readonly budgetTokens?: number;
  readonly mode?: string;
  /** Whether the reasoning is shown whole, summarised or not at all. */
  readonly display?: string;
  /** Instructions of the provider's own that make a model reason. */
  readonly promptMode?: string;
}

/** Prompt caching that is asked for the request as a whole. */
export interface CacheHints {
  readonly key?: string;
  readonly retention?: string;
  readonly options?: JsonObject;
  readonly mark?: CacheMark;
}

/** Who the call is for and what it is about; never shown to the model. */
export interface Metadata {
  readonly userId?: string;
  readonly safetyId?: string;
  readonly profileId?: string;
  readonly workspaceId?: string;
  readonly tags?: JsonObject;
}

/** Features of a provider that are asked for by the request but have no part in the conversation. */
export interface ServiceOptions {
  readonly tier?: string;
  readonly speed?: string;
  readonly region?: string;
  readonly store?: boolean;
  /** A running environment of the provider: its id, or what it should contain. */
  readonly container?: Json;
  readonly moderation?: JsonObject;
  readonly webSearch?: JsonObject;
  readonly contextManagement?: JsonObject;
  readonly mcpServers?: readonly Json[];
  readonly diagnostics?: JsonObject;
  readonly taskBudget?: JsonObject;
  /** Instructions of the provider's own, put in front so that the model keeps to its rules. */
  readonly safePrompt?: boolean;
  readonly guardrails?: readonly Json[];
}

export interface OutputOptions {
  readonly modalities?: readonly string[];
  readonly audio?: JsonObject;
  readonly verbosity?: string;
  /** Text that the answer will probably repeat. */
  readonly prediction?: JsonObject;
}

/** What only a continuation of a text can be asked for. */
export interface CompletionOptions {
  /** How many answers to write, of which the best are given. */
  readonly bestOf?: number;
  /** Whether the answer begins with the prompt. */
  readonly echo?: boolean;
  /** The text that follows the answer. */
  readonly suffix?: string;
}

export interface StreamOptions {
  readonly usage?: boolean;
  readonly obfuscation?: boolean;
  /** How the caller wants the stream of the answer cut into frames, where the format leaves the choice. */
  readonly framing?: FramingName;
}

/** What an answer is given when its provider's format has no such field; set by whoever received the request. */
export interface AnswerDefaults {
  readonly id?: string;
  /** Seconds since 1970. */
  readonly createdAt?: number;
}

export interface ChatRequest extends Annotated {
  /** The dialect it was written in; a renderer of the same dialect may repeat its spellings. */
  readonly dialect?: string;
  /** An alias, or `provider:model`. */
  readonly model: string;
  /** The instructions in front of the conversation. */
  readonly system?: readonly TextPart[];
  readonly turns: readonly Turn[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** `false` forbids several tool calls in one answer. */
  readonly parallelTools?: boolean;
  readonly outputFormat?: OutputFormat;
  readonly sampling?: Sampling;
  readonly stop?: readonly string[];
  readonly maxOutputTokens?: number;
  readonly reasoning?: Reasoning;
  readonly cache?: CacheHints;
  readonly metadata?: Metadata;
  readonly service?: ServiceOptions;
  readonly output?: OutputOptions;
  readonly completion?: CompletionOptions;
  readonly stream?: boolean;
  readonly streamOptions?: StreamOptions;
  /** Headers of the caller that change behaviour at the provider (`anthropic-beta`), by dialect. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly answer?: AnswerDefaults;
  /** What the request is for; absent means an answer. `count-tokens` asks only for the size of the prompt. */
  readonly purpose?: 'answer' | 'count-tokens';
}
