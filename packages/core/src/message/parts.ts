/**
 * The parts that messages are made of. One type per kind of content, the same for every wire format; what a part
 * remembers of its wire is in its annotations.
 */
import type { Json, JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { OpaqueState } from './opaque.ts';

/** "Cache the prompt up to and including this", with the life time in the vendor's own word (`5m`, `1h`, `30m`). */
export interface CacheMark {
  readonly ttl?: string;
}

interface Cacheable {
  readonly cache?: CacheMark;
}

/** State of the provider that must return with the part (Gemini signs any part). */
interface Signed {
  readonly opaque?: OpaqueState;
}

/** Where the bytes of a medium come from. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string; readonly mediaType?: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** A file stored with the provider; never portable. */
  | { readonly kind: 'file'; readonly fileId: string; readonly mediaType?: string }
  | { readonly kind: 'text'; readonly text: string; readonly mediaType?: string }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  /** Only named by an earlier answer, such as the audio of a previous turn. */
  | { readonly kind: 'reference'; readonly id: string };

export interface TextPart extends Annotated, Cacheable, Signed {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
}

export interface ImagePart extends Annotated, Cacheable, Signed {
  readonly type: 'image';
  readonly source: MediaSource;
  /** How closely the model should look, in the vendor's own word. */
  readonly detail?: string;
  /** What the provider should do to the image first, in its own words. */
  readonly transformations?: Json;
}

export interface DocumentPart extends Annotated, Cacheable, Signed {
  readonly type: 'document';
  readonly source: MediaSource;
  readonly title?: string;
  readonly context?: string;
  /** How closely the model should look at its pages. */
  readonly detail?: string;
  /** Whether answers should cite this document. */
  readonly citable?: boolean;
}

export interface AudioPart extends Annotated, Cacheable, Signed {
  readonly type: 'audio';
  readonly source: MediaSource;
  readonly id?: string;
  readonly transcript?: string;
  /** Seconds since 1970 after which the provider forgets it. */
  readonly expiresAt?: number;
}

export interface VideoPart extends Annotated, Cacheable, Signed {
  readonly type: 'video';
  readonly source: MediaSource;
  /** How closely the model should look. */
  readonly detail?: string;
  /** Which part of it is meant and how often to look, in the vendor's own words. */
  readonly clip?: JsonObject;
}

export interface ToolCallPart extends Annotated, Cacheable {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it, or free text for a custom tool. */
  readonly arguments: string;
  /** A tool with free-text input instead of JSON arguments. */
  readonly custom?: boolean;
  /** Set when the provider runs the tool itself: the wire type of the call. Nobody else may answer it. */
  readonly hosted?: string;
  /** Who asked for the call (the model, or code that it runs), in the vendor's own words. */
  readonly caller?: Json;
  /** The set of tools, run by the provider's rules, that the tool belongs to. */
  readonly toolset?: string;
  readonly opaque?: OpaqueState;
}

export interface ToolResultPart extends Annotated, Cacheable {
  readonly type: 'tool-result';
  readonly callId: string;
  readonly name?: string;
  readonly parts: readonly Part[];
  readonly isError?: boolean;
  readonly toolset?: string;
}

export interface ReasoningPart extends Annotated {
  readonly type: 'reasoning';
  readonly text: string;
  /** The provider's digest of the reasoning instead of the reasoning itself. */
  readonly summary?: boolean;
  /** The text is withheld; only the opaque state exists. */
  readonly redacted?: boolean;
  readonly opaque?: OpaqueState;
}

export interface RefusalPart extends Annotated {
  readonly type: 'refusal';
  readonly text: string;
}

/** A block that only one dialect has; it is carried whole and comes out in that dialect alone. */
export interface NativePart extends Annotated {
  readonly type: 'native';
  readonly dialect: string;
  readonly value: JsonObject;
}

/**
 * Where a piece of text comes from; `kind` says what the offsets count. Of an address they are characters (not bytes, and not the
 * units of a string) of the text that cites it, of everything else places in what is cited.
 */
export interface Citation extends Annotated {
  readonly kind: 'url' | 'characters' | 'pages' | 'blocks' | 'search-result' | 'native';
  readonly url?: string;
  readonly title?: string;
  readonly citedText?: string;
  /** Index of the cited document or search result among those sent. */
  readonly document?: number;
  readonly source?: string;
  readonly start?: number;
  readonly end?: number;
  readonly opaque?: OpaqueState;
  /** The whole citation, when its kind is `native` or says less than its provider did. */
  readonly raw?: JsonObject;
}

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | VideoPart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | RefusalPart
  | NativePart;

export type PartType = Part['type'];
