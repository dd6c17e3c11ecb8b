/**
 * How much a reader holds before it gives up, so that no peer can make it hold without end. `docs/limits.md`
 * repeats these for people; a limit that depends on who is calling does not belong here.
 */
export const framingBounds = {
  /**
   * One frame: a line of SSE or NDJSON, the data of one event, one event-stream message, one array element.
   */
  maxFrameBytes: 64 * 1024 * 1024,
  /** Text on an SSE connection that is no SSE at all, kept in case it turns out to be a JSON error body. */
  maxStrayCharacters: 1024 * 1024,
  /** The headers of one event-stream message. AWS documents 128 KiB. */
  maxHeaderBytes: 128 * 1024,
} as const;
