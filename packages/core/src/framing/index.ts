/** Room `framing`: how bytes become frames and frames become bytes. */
export { framingBounds } from './bounds.ts';
export { createFrameReader } from './create-frame-reader.ts';
export { createFrameWriter } from './create-frame-writer.ts';
export type { Frame, FrameReader, FrameWriter, FramingName } from './frame.ts';
