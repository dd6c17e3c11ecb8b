// Starts the server as a process: reads the environment, listens, says where, and closes on a signal. Routes and
// rules do not belong here.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { KeelsonError, loadBundledRegistry } from '@keelson/core';
import { createLog, openEngine, type ProviderConfig, providerForms, systemRandom } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { createKeyRing, hashKey, readBootstrapKey } from './auth/index.ts';
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

/** What the engine is built from: the environment's providers, and the simulator where one is running. */
function readProviders(environment: NodeJS.ProcessEnv): ProviderConfig[] {
  const address = environment.KEELSON_SIMULATOR_URL;
  const simulator = providerForms.get('simulator');
  return address && simulator ? [{ name: 'simulator', form: simulator, address }] : [];
}

async function start(): Promise<void> {
  const settings = parseSettings(process.env, homedir());
  const providers = readProviders(process.env);
  const secret =
    process.env.KEELSON_KEY || readBootstrapKey(settings.dataFolder, (count) => systemRandom.bytes(count));
  const keys = createKeyRing(new Map([[hashKey(secret), { keyId: 'bootstrap', workspace: 'default' }]]));
  const registry = await loadBundledRegistry();
  const engine = openEngine({ providers, registry, log: createLog({ level: settings.logLevel }) });
  const { maxBodyBytes } = settings;
  const app = createApp({
    version: readVersion(),
    uptimeSeconds: () => process.uptime(),
    engine,
    keys,
    maxBodyBytes,
  });
  app.addHook('onClose', () => engine.close());
  closeOnSignal(app);
  const url = renderUrl(await listen(app, settings));
  process.stdout.write(greet({ url, secret, model: providers[0] && `${providers[0].name}:any` }));
}

/** Exactly one line to paste, which answers. */
function greet({ url, secret, model }: { url: string; secret: string; model: string | undefined }): string {
  const listens = `Keelson listens on ${url}.`;
  if (model === undefined) {
    return `${listens} It knows no provider yet: set a key such as OPENAI_API_KEY and start it again. Try it:\n\n  curl ${url}/health\n\n`;
  }
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] });
  const headers = `-H 'authorization: Bearer ${secret}' -H 'content-type: application/json'`;
  return `${listens} Your key is ${secret}. Try it:\n\n  curl ${url}/v1/chat/completions ${headers} -d '${body}'\n\n`;
}

try {
  await start();
} catch (error) {
  if (error instanceof SettingError) process.stderr.write(`${error.message}\n`);
  else if (KeelsonError.is(error)) process.stderr.write(`${error.message} ${error.hint}\n`);
  else throw error;
  process.exitCode = 1;
}
