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
  /** JSON schema of what the function gives back. */
  readonly returns?: Json;
  /** Whether the model waits for the result, in the vendor's own word. */
  readonly behavior?: string;
  readonly cache?: CacheMark;
  /** The model learns of the tool only when it searches for it. */
  readonly deferLoading?: boolean;
  /** Stream arguments before they are known to be valid JSON. */
  readonly eagerInput?: boolean;
  readonly allowedCallers?: readonly string[];
  readonly inputExamples?: readonly Json[];
  /** The model goes on while the tool runs. */
  readonly async?: boolean;
  /** JSON schema of the result. */
  readonly outputSchema?: Json;
}

/** A tool with free-text input, optionally bound to a grammar. */
export interface CustomTool extends Annotated {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string;
  readonly format?: JsonObject;
  readonly deferLoading?: boolean;
  readonly allowedCallers?: readonly string[];
  readonly async?: boolean;
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
  /** How long a digest of the reasoning should be, where the provider writes one on request. */
  readonly summary?: string;
  /** Which earlier reasoning the model may see. */
  readonly context?: string;
}

/** Prompt caching that is asked for the request as a whole. */
export interface CacheHints {
  readonly key?: string;
  /** Name of a prompt that the provider keeps. */
  readonly content?: string;
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
  /** How the machine that runs the model is set up, in the provider's own words (`num_ctx`, `repeat_penalty`). */
  readonly runtimeOptions?: JsonObject;
  /** How long the model stays loaded after the answer. */
  readonly keepAlive?: Json;
  /** Replaces the template by which the model's server turns a conversation into a prompt. */
  readonly promptTemplate?: string;
  /** The prompt goes to the model as it is, without any template. */
  readonly rawPrompt?: boolean;
  /** The state of an earlier answer, as its server gave it, to continue from. */
  readonly promptState?: Json;
  /** Whether the provider answers from faster hardware, in its own word (Bedrock). */
  readonly latency?: string;
  /** Checks of the provider on what goes in and comes out. */
  readonly guardrail?: JsonObject;
  /** Values for the variables of a prompt that is stored with the provider. */
  readonly promptVariables?: JsonObject;
  /** Fields of one model family that the format itself does not name. */
  readonly modelFields?: JsonObject;
  /** Pointers to fields of one model family that the answer should tell as well. */
  readonly answerFields?: readonly string[];
  /** Instructions of the provider's own, put in front so that the model keeps to its rules. */
  readonly safePrompt?: boolean;
  readonly guardrails?: readonly Json[];
  /** State that the provider keeps: the answer or the conversation that this request continues. */
  readonly previousResponseId?: string;
  readonly conversation?: Json;
  /** Answer later; the caller asks for the result by its id. */
  readonly background?: boolean;
  /** Further fields of the answer that are asked for, by the provider's names. */
  readonly include?: readonly string[];
  /** What to do when the conversation is too long. */
  readonly truncation?: string;
  /** When and how the provider should shorten the conversation itself. */
  readonly compaction?: readonly Json[];
  readonly maxToolCalls?: number;
  /** A prompt stored with the provider. */
  readonly prompt?: JsonObject;
  readonly accessPrograms?: JsonObject;
  readonly imageOptions?: JsonObject;
  /** Texts that the answer may be grounded in and cite, besides the conversation. */
  readonly documents?: readonly Json[];
  /** How the provider should cite what the answer rests on. */
  readonly citations?: JsonObject;
  /** Which of the provider's safety instructions stand in front of the prompt, in its own word. */
  readonly safetyMode?: string;
  /** Place in the provider's queue; what is smaller comes first. */
  readonly priority?: number;
  /** From where on which harms are blocked. */
  readonly safety?: readonly Json[];
  readonly modelArmor?: JsonObject;
  /** Goes on with an answer that was cut off. */
  readonly continuation?: string;
  /** Where the provider should store what it makes. */
  readonly outputStorage?: JsonObject;
  /** Where the caller is, for tools that look things up. */
  readonly retrieval?: JsonObject;
  /** Show the calls of tools that the provider runs. */
  readonly showHostedCalls?: boolean;
  readonly routing?: JsonObject;
  readonly modelSelection?: JsonObject;
  readonly civicAnswers?: boolean;
  readonly affectiveDialog?: boolean;
  readonly transcription?: JsonObject;
  readonly translation?: JsonObject;
  readonly audioTimestamps?: boolean;
  /** How closely the model should look at all media, in the vendor's own word. */
  readonly mediaResolution?: string;
}

export interface OutputOptions {
  readonly modalities?: readonly string[];
  readonly audio?: JsonObject;
  readonly verbosity?: string;
  /** Voices and language of spoken answers, in the vendor's own words. */
  readonly speech?: JsonObject;
  /** Size and shape of images in the answer. */
  readonly image?: JsonObject;
  /** Formats of the answer by kind of output. */
  readonly formats?: readonly Json[];
  /** Text that the answer will probably repeat. */
  readonly prediction?: JsonObject;
  /** Text that follows the answer: it fills the gap between the prompt and this. */
  readonly suffix?: string;
  /** Size and steps of an image that is to be drawn, in the provider's own words. */
  readonly image?: JsonObject;
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
  /** Whether arguments of calls come in pieces. */
  readonly callArguments?: boolean;
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
