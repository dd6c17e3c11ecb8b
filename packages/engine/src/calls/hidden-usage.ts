/** Takes the chunk that only tells the usage out of a stream whose caller did not ask for it. */

/** In every such chunk and seldom elsewhere, so that most reads are searched once. */
const emptyList = Buffer.from('[]');
const markers = ['"choices":[]', '"choices": []'].map((text) => Buffer.from(text));

/** `bytes` are whole SSE frames. The usual read holds no such chunk and is handed back as it is. */
export function withoutUsageChunk(bytes: Buffer): Buffer {
  if (!bytes.includes(emptyList) || !markers.some((marker) => bytes.includes(marker))) return bytes;
  const frames = bytes.toString('utf8').split(/(?<=\r?\n\r?\n)/);
  return Buffer.from(frames.filter((frame) => !tellsOnlyUsage(frame)).join(''));
}

function tellsOnlyUsage(frame: string): boolean {
  const data = /^data: ?(.*)$/m.exec(frame)?.[1];
  try {
    const { choices, usage } = JSON.parse(data ?? '') as { choices?: unknown; usage?: unknown };
    return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
  } catch {
    return false;
  }
}
