// The caller's end of a call, over the answer of an HTTP server. It writes what it is given; what that means is not its
// business.
import type { ServerResponse } from 'node:http';
import type { Caller } from '@keelson/engine';

export function createSocketCaller(response: ServerResponse): Caller {
  let tell = (): void => {};
  let hasLeft = false;
  response.once('close', () => {
    // It also closes after a good end.
    if (response.writableFinished) return;
    hasLeft = true;
    tell();
  });
  // A broken socket is told by `close`; without a listener the error would end the process.
  response.on('error', () => {});
  return {
    get hasLeft() {
      return hasLeft;
    },
    onLeave: (run) => {
      tell = run;
      if (hasLeft) run();
    },
    start: (status, headers) => {
      if (!response.headersSent) response.writeHead(status, headers);
    },
    write: (bytes) => response.destroyed || response.write(bytes),
    end: (bytes) => {
      if (!response.destroyed) response.end(bytes);
    },
    onDrain: (run) => void response.on('drain', run),
  };
}
