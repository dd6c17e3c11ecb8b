/** The content type of a stream, which belongs to its framing but for what some vendors call it (recorded 2026). */
import type { FramingName } from '@keelson/core';

const byFraming: Readonly<Record<FramingName, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  'bedrock-chunks': 'application/vnd.amazon.eventstream',
  'json-array': 'application/json; charset=UTF-8',
};

const own: Readonly<Record<string, Partial<Record<FramingName, string>>>> = {
  'cohere-chat': { sse: 'text/event-stream', ndjson: 'application/stream+json' },
  'gemini-generate': { sse: 'text/event-stream' },
};

export function streamTypeOf(dialect: string, framing: FramingName): string {
  return own[dialect]?.[framing] ?? byFraming[framing];
}
