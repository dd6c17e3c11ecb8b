/** A reader for each framing, by name. */
import { createBedrockChunksReader } from './bedrock-chunks.ts';
import { createEventstreamReader } from './eventstream.ts';
import type { FrameReader, FramingName } from './frame.ts';
import { createJsonArrayReader } from './json-array.ts';
import { createNdjsonReader } from './ndjson.ts';
import { createSseReader } from './sse.ts';

const readers: Readonly<Record<FramingName, () => FrameReader>> = {
  sse: createSseReader,
  ndjson: createNdjsonReader,
  eventstream: createEventstreamReader,
  'bedrock-chunks': createBedrockChunksReader,
  'json-array': createJsonArrayReader,
};

/**
 * @example
 * const reader = createFrameReader('sse');
 * reader.push(new TextEncoder().encode('data: {"a"')); // []
 * reader.push(new TextEncoder().encode(':1}\n\n')); // [{ data: '{"a":1}' }]
 * reader.end(); // []
 */
export function createFrameReader(framing: FramingName): FrameReader {
  return readers[framing]();
}
