/** Streams written by hand in the shape of a vendor, read from the `__fixtures__` of a dialect. */
import { readdirSync, readFileSync } from 'node:fs';
import { createFrameReader, type Frame, type FramingName } from '../../framing/index.ts';
import { type ChatMessage, fold } from '../../message/index.ts';
import { type BoundDialect, eventsOf } from './bound-dialect.ts';

/** A fixture's extension names how its frames are cut. */
const framings: ReadonlySet<string> = new Set<FramingName>(['sse', 'ndjson']);

export function fixtureNames(folder: URL): string[] {
  return readdirSync(folder).filter((name) => framings.has(extensionOf(name)));
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export function readFrames(folder: URL, name: string): Frame[] {
  const reader = createFrameReader(extensionOf(name) as FramingName);
  return readdirSync(folder).filter((name) => framingOf(name) !== undefined);

/** The ending of a fixture's name says how it is framed. */
function framingOf(name: string): FramingName | undefined {
  return (['sse', 'ndjson'] as const).find((framing) => name.endsWith(`.${framing}`));

  const reader = createFrameReader(framingOf(name) ?? 'sse');
import { createFrameReader, createFrameWriter, type Frame } from '../../framing/index.ts';

/** Binary frames are written down one a line, as `{event, data}`. */
const binary = '.eventstream.ndjson';

  return readdirSync(folder).filter((name) => name.endsWith('.sse') || name.endsWith(binary));

  const bytes = readFileSync(new URL(`${name}`, folder));
  if (name.endsWith(binary)) return readBinary(bytes.toString('utf8'));
  const reader = createFrameReader('sse');
  return [...reader.push(bytes), ...reader.end()];
}

function readBinary(text: string): Frame[] {
  const frames = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly event: string; readonly data: unknown })
    .map(({ event, data }) => ({ event, data: JSON.stringify(data) }));
  const reader = createFrameReader('eventstream');
  return [...reader.push(createFrameWriter('eventstream').push(frames)), ...reader.end()];
}

export function foldFixture(dialect: BoundDialect, folder: URL, name: string): ChatMessage {
  return fold(eventsOf(dialect, readFrames(folder, name)));
}
