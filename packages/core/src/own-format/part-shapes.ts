/** The shapes of parts, as a caller may send them in our own format. What answers gave comes back with all its annotations. */
import type {
  Annotated,
  AudioPart,
  CacheMark,
  Citation,
  DocumentPart,
  ImagePart,
  MediaSource,
  NativePart,
  OpaqueState,
  ReasoningPart,
  RefusalPart,
  Spelling,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  VideoPart,
} from '../message/index.ts';
import {
  type Check,
  flag,
  json,
  jsonObject,
  later,
  list,
  number,
  object,
  oneOf,
  record,
  tagged,
  text,
} from './shape.ts';

const spelling = object<Spelling>(
  { dialect: text, nulls: list(text), empty: list(text), forms: record(text) },
  ['dialect'],
);

export const annotations: { readonly [Name in keyof Required<Annotated>]: Check } = {
  extensions: record(record(json)),
  spelling,
};

export const cacheMark = object<CacheMark>({ ttl: text }, []);

const opaque = object<OpaqueState>(
  { dialect: text, provider: text, model: text, value: text, ofCall: flag },
  ['dialect', 'value'],
);

type Source<Kind extends MediaSource['kind']> = Extract<MediaSource, { kind: Kind }>;

const kind = text;
const mediaType = text;
const source = tagged('kind', {
  base64: object<Source<'base64'>>({ kind, data: text, mediaType }, ['kind', 'data']),
  url: object<Source<'url'>>({ kind, url: text, mediaType }, ['kind', 'url']),
  file: object<Source<'file'>>({ kind, fileId: text, mediaType }, ['kind', 'fileId']),
  text: object<Source<'text'>>({ kind, text, mediaType }, ['kind', 'text']),
  parts: object<Source<'parts'>>({ kind, parts: later(() => parts) }, ['kind', 'parts']),
  reference: object<Source<'reference'>>({ kind, id: text }, ['kind', 'id']),
});

const citation = object<Citation>(
  {
    kind: oneOf('url', 'characters', 'pages', 'blocks', 'search-result', 'native'),
    url: text,
    title: text,
    citedText: text,
    document: number,
    source: text,
    start: number,
    end: number,
    opaque,
    raw: jsonObject,
    ...annotations,
  },
  ['kind'],
);

const type = text;
const medium = { type, source, cache: cacheMark, opaque, ...annotations };

const toolResult = object<ToolResultPart>(
  {
    type,
    callId: text,
    name: text,
    parts: later(() => parts),
    isError: flag,
    toolset: text,
    cache: cacheMark,
    ...annotations,
  },
  ['type', 'callId', 'parts'],
);

export const textPart = object<TextPart>(
  { type: oneOf('text'), text, citations: list(citation), cache: cacheMark, opaque, ...annotations },
  ['type', 'text'],
);

const part = tagged('type', {
  text: textPart,
  image: object<ImagePart>({ ...medium, detail: text, transformations: json }, ['type', 'source']),
  document: object<DocumentPart>({ ...medium, title: text, context: text, detail: text, citable: flag }, [
    'type',
    'source',
  ]),
  audio: object<AudioPart>({ ...medium, id: text, transcript: text, expiresAt: number }, ['type', 'source']),
  video: object<VideoPart>({ ...medium, detail: text, clip: jsonObject }, ['type', 'source']),
  'tool-call': object<ToolCallPart>(
    {
      type,
      id: text,
      name: text,
      arguments: text,
      custom: flag,
      hosted: text,
      caller: json,
      toolset: text,
      opaque,
      cache: cacheMark,
      ...annotations,
    },
    ['type', 'id', 'name', 'arguments'],
  ),
  'tool-result': toolResult,
  reasoning: object<ReasoningPart>({ type, text, summary: flag, redacted: flag, opaque, ...annotations }, [
    'type',
    'text',
  ]),
  refusal: object<RefusalPart>({ type, text, ...annotations }, ['type', 'text']),
  native: object<NativePart>({ type, dialect: text, value: jsonObject, ...annotations }, [
    'type',
    'dialect',
    'value',
  ]),
});

export const parts: Check = list(part);
export const toolResults: Check = list(tagged('type', { 'tool-result': toolResult }));
