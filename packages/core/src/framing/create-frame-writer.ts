/** A writer for each framing, by name. */
import { createBedrockChunksWriter } from './bedrock-chunks.ts';
import { createEventstreamWriter } from './eventstream.ts';
import type { FrameWriter, FramingName } from './frame.ts';
import { createJsonArrayWriter } from './json-array.ts';
import { createNdjsonWriter } from './ndjson.ts';
import { createSseWriter } from './sse.ts';

const writers: Readonly<Record<FramingName, () => FrameWriter>> = {
  sse: createSseWriter,
  ndjson: createNdjsonWriter,
  eventstream: createEventstreamWriter,
  'bedrock-chunks': createBedrockChunksWriter,
  'json-array': createJsonArrayWriter,
};

/**
 * @example
 * const writer = createFrameWriter('sse');
 * writer.push({ event: 'ping', data: '{}' }); // the bytes of 'event: ping\ndata: {}\n\n'
 * writer.end(); // no bytes
 */
export function createFrameWriter(framing: FramingName): FrameWriter {
  return writers[framing]();
}
