// The end of a server: nothing new is taken, what is under way comes to its end, and nobody is cut off who could still be told
// to go elsewhere. It always ends, at the latest a moment after the limit.
import { Server as NetServer } from 'node:net';
import type { Clock } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';

export interface StopSettings {
  readonly clock: Clock;
  /** How long it goes on as before but is no longer ready, so that a load balancer can notice. */
  readonly noticeMs: number;
  /** How long calls under way may take after that; what still runs then is cut off. */
  readonly limitMs: number;
  /** How long connections without a call are left open, so that their next answer can say that it is the last. */
  readonly lingerMs?: number;
  /** Calls that are not recorded yet. */
  underWay(): number;
  /** Told first. */
  onStop(): void;
}

const beatMs = 10;
/** For the records of calls that were cut off. */
const afterwardsMs = 1000;

export async function stopServer(app: FastifyInstance, settings: StopSettings): Promise<void> {
  const { clock, noticeMs, limitMs, lingerMs = 1000, underWay, onStop } = settings;
  onStop();
  await clock.sleep(noticeMs);
  stopListening(app);
  const start = clock.elapsed();
  const passed = (): number => clock.elapsed() - start;
  const isQuiet = async (): Promise<boolean> =>
    underWay() === 0 && (passed() >= lingerMs || (await connectionsOf(app)) === 0);
  while (passed() < limitMs && !(await isQuiet())) await clock.sleep(beatMs);
  const cut = setTimeout(() => app.server.closeAllConnections(), Math.max(0, limitMs - passed()));
  // Whoever is cut off leaves a record as well.
  while (underWay() > 0 && passed() < limitMs + afterwardsMs) await clock.sleep(beatMs);
  await app.close();
  clearTimeout(cut);
}

/** The server's own way to stop would at once close connections on which the next request is perhaps on its way. */
function stopListening({ server }: FastifyInstance): void {
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive = false;
  });
  if (server.listening) NetServer.prototype.close.call(server);
}

function connectionsOf({ server }: FastifyInstance): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}
