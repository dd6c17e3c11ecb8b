// Starts the server as a process: reads the environment, listens, says where, and closes on a signal. Routes and
// rules do not belong here.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import {
  explainListenError,
  type ListenTarget,
  parseSettings,
  renderUrl,
  SettingError,
} from './http/index.ts';

const closeTimeoutMs = 10_000;

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

async function listen(app: FastifyInstance, target: ListenTarget): Promise<AddressInfo> {
  try {
    await app.listen(target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const explanation = explainListenError(code, target);
    throw explanation === undefined ? error : new SettingError(explanation, { cause: error });
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address;
}

/** Answers in flight may finish; whatever still runs after the timeout is cut off, so that a stop always ends. */
function closeOnSignal(app: FastifyInstance): void {
  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    const deadline = setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs);
    await app.close();
    clearTimeout(deadline);
    process.stdout.write('Keelson has stopped.\n');
  };
  process.on('SIGINT', () => void close());
  process.on('SIGTERM', () => void close());
  // Whoever started this process with a channel wants it to end with itself; the channel alone keeps nothing alive.
  process.on('disconnect', () => void close());
  process.channel?.unref();
}

async function start(): Promise<void> {
  const settings = parseSettings(process.env);
  const app = createApp({ version: readVersion(), uptimeSeconds: () => process.uptime() });
  closeOnSignal(app);
  const url = renderUrl(await listen(app, settings));
  process.stdout.write(`Keelson listens on ${url}. Try it:\n\n  curl ${url}/health\n\n`);
}

try {
  await start();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
