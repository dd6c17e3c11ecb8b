/** Takes the chunk that only tells the usage out of a stream whose caller did not ask for it. */

/** In every such chunk and seldom elsewhere, so that most reads are searched once. */
const emptyList = Buffer.from('[]');
const markers = ['"choices":[]', '"choices": []'].map((text) => Buffer.from(text));
const ends = ['\n\n', '\r\n\r\n'].map((text) => Buffer.from(text));

/** `bytes` are whole SSE frames. The usual read holds no such chunk and is handed back as it is. */
export function withoutUsageChunk(bytes: Buffer): Buffer {
  if (!bytes.includes(emptyList)) return bytes;
  let kept = bytes;
  for (const marker of markers) {
    let at = kept.indexOf(marker);
    while (at !== -1) {
      const start = frameStart(kept, at);
      const end = frameEnd(kept, at);
      const isHidden = tellsOnlyUsage(kept.toString('utf8', start, end));
      if (isHidden) kept = Buffer.concat([kept.subarray(0, start), kept.subarray(end)]);
      at = kept.indexOf(marker, isHidden ? start : end);
    }
  }
  return kept;
}

function frameStart(bytes: Buffer, at: number): number {
  const starts = ends.map((end) => {
    const found = bytes.lastIndexOf(end, at);
    return found === -1 ? 0 : found + end.length;
  });
  return Math.max(...starts);
}

function frameEnd(bytes: Buffer, at: number): number {
  const found = ends.map((end) => {
    const next = bytes.indexOf(end, at);
    return next === -1 ? bytes.length : next + end.length;
  });
  return Math.min(...found);
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
