/**
 * What every client of the translation journeys can do, whatever its dialect: ask in one vocabulary, tell what it was
 * answered in one vocabulary, and say what its format can and cannot express. The clients themselves are in files of their own.
 */

export interface Question {
  /** In place of the usual one of the samples. */
  readonly model?: string;
  readonly instructions?: string;
  readonly turns: readonly Turn[];
  readonly tools?: readonly ToolOffer[];
  /** The tool that must be called. */
  readonly forced?: string;
  readonly isSequential?: boolean;
  readonly schema?: object;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
}

export type Turn =
  | UserTurn
  /** An earlier answer, given back just as the client library gave it. */
  | { readonly type: 'answer'; readonly answer: Told }
  | { readonly type: 'results'; readonly results: readonly Result[] };

/** Media are base64 of a PNG and a PDF, or an address. */
export interface UserTurn {
  readonly type: 'user';
  readonly text: string;
  readonly image?: string;
  readonly imageUrl?: string;
  readonly document?: string;
}

export interface ToolOffer {
  readonly name: string;
  readonly description?: string;
  readonly schema: object;
}

export interface Result {
  readonly id: string;
  readonly text: string;
  readonly isError?: boolean;
}

export interface Told {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  /** In the words of the client's format. */
  readonly stop: string | null | undefined;
  readonly usage: Counts;
  /** What the client library would send back as the turn of the assistant. */
  readonly native: unknown;
}

/** Totals include their parts, as in the canonical usage. */
type Counts = { readonly [Bucket in CountName]?: number | undefined };
export type CountName =
  | 'input'
  | 'cacheRead'
  | 'cacheWrite'
  | 'cacheWrite5m'
  | 'cacheWrite1h'
  | 'output'
  | 'reasoning';

export type StopKind =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'context-exceeded'
  | 'error';

export interface AskOptions {
  readonly isStream: boolean;
  readonly signal?: AbortSignal;
  /** Told each piece of text as it streams. */
  readonly onText?: (piece: string) => void;
}

type ErrorClass = abstract new (...args: never) => Error;

export interface TranslatedClient {
  ask(url: string, question: Question, options: AskOptions): Promise<Told>;
  /** The word for each reason, and which reason is left of it once it has been said in this format. */
  readonly stops: Readonly<Record<StopKind, { readonly word: string; readonly means: StopKind }>>;
  /** The counts that the format has. */
  readonly counts: readonly CountName[];
  /** Of these, what the format demands: zero where nobody counted. */
  readonly demandedCounts?: readonly CountName[];
  /** Of these, what a stream can tell only in its first event. */
  readonly earlyCounts?: readonly CountName[];
  /** A question that the format does not allow but the library sends, and the field that our refusal names. */
  readonly mistake: { readonly question: Partial<Question>; readonly field: string; readonly status: number };
  /** The class that users of the client library catch for a status. */
  errorClass(status: number): ErrorClass;
  /** Where a vendor of the same format tells a class of its own that the library does not know. */
  readonly ownErrorClasses?: Readonly<Record<number, ErrorClass>>;
  /** The class of an error that comes in a stream. */
  readonly streamErrorClass: ErrorClass;
  /** Set where the library does not tell what an error in a stream says. */
  readonly hidesStreamErrors?: true;
  statusOf(error: Error): number | undefined;
  /** Absent where the library throws the headers of an error away. */
  readonly retryAfterOf?: (error: Error) => string | null | undefined;
}

/** For clients whose libraries check the types of fields themselves: they count no tools. */
export const tooManyTools: TranslatedClient['mistake'] = {
  question: { tools: Array.from({ length: 10_001 }, (_, index) => ({ name: `tool_${index}`, schema: {} })) },
  field: 'tools',
  status: 413,
};

/** A limit that is no number, in a field of the given name. */
export const wordyLimit = (field: string): TranslatedClient['mistake'] => ({
  question: { maxTokens: 'many' as never },
  field,
  status: 400,
});
