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
  const bytes = readFileSync(new URL(`${name}`, folder));
  return [...reader.push(bytes), ...reader.end()];
}

export function foldFixture(dialect: BoundDialect, folder: URL, name: string): ChatMessage {
  return fold(eventsOf(dialect, readFrames(folder, name)));
}
