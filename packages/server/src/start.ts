// Starts the server as a process: reads the environment, listens, says where, and closes on a signal. Routes and
// rules do not belong here.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import {
  type AnswerCache,
  type AnswerCacheSettings,
  createLog,
  type Engine,
  type FlowSurroundings,
  type FlowsOfEngine,
  type KeyHolder,
  type Log,
  openAnswerCache,
  openCredentialsFromEnvironment,
  openEngine,
  openFlowsOfEngine,
  openStorage,
  type ProviderConfig,
  type ProviderCredentials,
  receiptKeysFromEnvironment,
  type Storage,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { type ApiParts, openOperations } from './admin/index.ts';
import { createApp } from './app.ts';
import { keepBootstrapKey, type LiveKeyRing, openKeyRing, readBootstrapKey } from './auth/index.ts';
import {
  createCardLoader,
  type LoadedStart,
  loadProviders,
  loadStart,
  openConfiguration,
} from './configuration/index.ts';
import {
  checkAtStart,
  explainListenError,
  isFirstWorker,
  type ListenTarget,
  renderUrl,
  runWorkers,
  type ServerSettings,
  SettingError,
  storageTarget,
} from './http/index.ts';

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

/** However it is told to: by a signal, or because whoever started it has gone. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  const stopOnce = async (): Promise<void> => {
    if (stopping !== undefined) return;
    stopping = stop();
    await stopping;
    if (cluster.isPrimary) process.stdout.write('Keelson has stopped.\n');
    // The channel to its siblings is all that still holds it.
    if (cluster.isWorker && process.connected) process.disconnect();
  };
  process.on('SIGINT', () => void stopOnce());
  process.on('SIGTERM', () => void stopOnce());
  // Of several processes, it is for the one that started them to say what this means.
  process.on('SIGHUP', () => {
    if (cluster.isPrimary) void stopOnce();
  });
  // Whoever started this process with a channel wants it to end with itself; the channel alone keeps nothing alive.
  process.on('disconnect', () => void stopOnce());
  if (cluster.isPrimary) process.channel?.unref();
}

function describeProcess() {
  const place = cluster.isWorker ? process.env.KEELSON_WORKER : undefined;
  return { place, version: readVersion(), uptimeSeconds: () => process.uptime() };
}

/** Files that variables name, such as a service account's; what cannot be read is told as what is missing. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Of the providers that are there: nobody else's models can be called. */
function vendorsOf(providers: readonly Pick<ProviderConfig, 'form'>[]): ReadonlySet<string> {
  return new Set(providers.map(({ form }) => form.registry ?? form.name));
}

async function openCache(
  { cache }: ServerSettings,
  storage: Storage,
  log: Log,
): Promise<AnswerCache | undefined> {
  if (cache === undefined) return undefined;
  const place: AnswerCacheSettings = cache.store === 'database' ? { ...cache, storage } : cache;
  return openAnswerCache(place, { clock: systemClock, log });
}

function openCredentials(
  { settings, environment }: LoadedStart,
  storage: Storage,
  log: Log,
): Promise<ProviderCredentials> {
  const { dataFolder: folder } = settings;
  const surroundings = { storage, folder, clock: systemClock, random: systemRandom, log };
  return openCredentialsFromEnvironment(environment, surroundings);
}

async function openReceiptKeys(
  { settings: { dataFolder }, environment }: LoadedStart,
  storage: Storage,
  log: Log,
): Promise<KeyHolder> {
  const surroundings = { folder: dataFolder, storage: storage.receipts, clock: systemClock, log };
  return receiptKeysFromEnvironment(environment, surroundings);
}

async function openKeys(firstKey: string, storage: Storage, log: Log): Promise<LiveKeyRing> {
  await keepBootstrapKey(storage, firstKey, systemClock.now());
  return openKeyRing({ storage, clock: systemClock, log });
}

function openApi(
  parts: Omit<ApiParts, 'clock' | 'draw' | 'proxies'> & { readonly settings: ServerSettings },
): ApiParts {
  const { settings, ...rest } = parts;
  const draw = (count: number): Uint8Array => systemRandom.bytes(count);
  const registration = { mode: settings.registration };
  return { ...rest, clock: systemClock, draw, proxies: settings.trustedProxies, registration };
}

async function openFlows(
  { settings, environment }: LoadedStart,
  parts: Pick<FlowSurroundings, 'engine' | 'storage' | 'log'>,
): Promise<FlowsOfEngine> {
  const { dataFolder: folder, retentionDays } = settings;
  const surroundings = { ...parts, folder, environment, clock: systemClock, random: systemRandom };
  return openFlowsOfEngine({ ...surroundings, ...(retentionDays !== undefined && { retentionDays }) });
}

function openCards({ settings, environment }: LoadedStart, log: Log) {
  const { dataFolder } = settings;
  return createCardLoader({ environment, dataFolder, clock: systemClock, random: systemRandom, log });
}

/** In this order: what uses something goes before it. */
function closeWith(app: FastifyInstance, opened: readonly ({ close(): Promise<void> } | undefined)[]): void {
  app.addHook('onClose', async () => {
    for (const one of opened) await one?.close();
  });
}

async function serve(start: LoadedStart): Promise<void> {
  const { settings, environment, file, lockfile } = start;
  const log = createLog({ level: settings.logLevel });
  const loadCards = openCards(start, log);
  const { providers, unusable: problems } = await loadProviders(start);
  const secret =
    environment.KEELSON_KEY || readBootstrapKey(settings.dataFolder, (count) => systemRandom.bytes(count));
  const [registry, storage] = await Promise.all([
    loadCards(vendorsOf(providers)),
    openStorage(storageTarget(settings), { clock: systemClock, log }),
  ]);
  const receiptKeys = await openReceiptKeys(start, storage, log);
  const keys = await openKeys(secret, storage, log);
  const { retentionDays, logBodies, maxBodyBytes } = settings;
  const kept = retentionDays === undefined ? {} : { retentionDays };
  const cache = await openCache(settings, storage, log);
  const credentials = await openCredentials(start, storage, log);
  const engine = openEngine({
    providers,
    registry,
    log,
    storage,
    receiptKeys,
    // Every start keeps budgets, because they may also be made while it runs; a file is only one way to have some.
    budgets: { journalFolder: join(settings.dataFolder, 'journal') },
    logBodies,
    credentials,
    metrics: settings.metrics !== 'off',
    strictCost: settings.strictCost,
    ...kept,
    ...(cache && { cache }),
    ...(lockfile && { lockfile: lockfile.opened }),
  });
  await engine.limits?.ready;
  const opened = { providers, engine, registry, loadCards, storage, log };
  const { live: configuration, close: closeConfiguration } = await openConfiguration(start, opened);
  const { flows, models, close: closeFlows } = await openFlows(start, opened);
  const { place, version, uptimeSeconds } = describeProcess();
  const parts = { settings, engine, storage, log, version, firstKey: secret, place };
  const operations = openOperations(parts);
  const api = openApi({ ...parts, ...operations.routes, credentials, ring: keys, configuration, flows });
  const gateway = { engine, keys, maxBodyBytes, flows: models };
  const app = createApp({ uptimeSeconds, ...gateway, api, ...operations.routes });
  let stopChecking = (): void => {};
  closeWith(app, [
    { close: async () => stopChecking() },
    { close: closeConfiguration },
    { close: closeFlows },
    ...[keys, engine, credentials, cache, storage],
  ]);
  stopOnSignal(() => operations.stop(app));
  const url = renderUrl(await listen(app, settings));
  operations.sayReady();
  configuration.begin();
  void flows.keepWorker().catch((error: unknown) => log.error('No worker of runs could begin.', { error }));
  // One of several workers speaks for all of them.
  if (!isFirstWorker()) return;
  process.stdout.write(greet({ url, secret, file, providers, engine, lockfile, problems }));
  if (settings.checksProviders) stopChecking = checkAtStart(providers, log);
}

async function start(): Promise<void> {
  const surroundings = { folder: process.cwd(), homeFolder: homedir(), clock: systemClock, readText };
  const loaded = await loadStart({ environment: process.env, ...surroundings });
  const { settings } = loaded;
  if (settings.workers === 1 || cluster.isWorker) {
    await serve(loaded);
    return;
  }
  await runWorkers({ count: settings.workers, log: createLog({ level: settings.logLevel }) });
  process.stdout.write('Keelson has stopped.\n');
}

interface Greeting {
  readonly url: string;
  readonly secret: string;
  /** Of the configuration. */
  readonly file: string | undefined;
  readonly providers: readonly { readonly name: string }[];
  readonly engine: Pick<Engine, 'routing'>;
  readonly lockfile: LoadedStart['lockfile'];
  readonly problems: readonly {
    readonly provider: string;
    readonly message: string;
    readonly hint: string;
  }[];
}

/** What is there, what is wrong, and exactly one line to paste, which answers. */
function greet({ url, secret, file, providers, engine, lockfile, problems }: Greeting): string {
  const wrong = problems.map(({ message, hint }) => `${message} ${hint}\n`).join('');
  const aliases = engine.routing.describeAliases().filter(({ targets }) => targets.length > 0);
  const alias = aliases[0]?.name;
  if (alias === undefined) {
    const advice = 'It knows no provider yet: set a key such as OPENAI_API_KEY and start it again.';
    const read = file === undefined ? '' : `\nIts configuration is ${file}. `;
    return `${wrong}Keelson listens on ${url}. ${read}${advice} Try it:\n\n  curl ${url}/health\n\n`;
  }
  const rows = [
    ['key', secret],
    ...(file === undefined ? [] : [['configured', file]]),
    ['lockfile', lockfile === undefined ? noLockfile : nameLockfile(lockfile.opened)],
    ['providers', providers.map(({ name }) => name).join(', ')],
    ...aliases.map(({ name, targets }) => [name, targets.map(({ model }) => model).join(', ')]),
  ];
  const width = Math.min(24, Math.max(...rows.map(([name = '']) => name.length)));
  const table = rows.map(([name = '', value]) => `  ${name.padEnd(width)} ${value}\n`).join('');
  const body = JSON.stringify({ model: alias, messages: [{ role: 'user', content: 'Hello!' }] });
  const headers = `-H 'authorization: Bearer ${secret}' -H 'content-type: application/json'`;
  return `${wrong}Keelson listens on ${url}.\n\n${table}\nTry it:\n\n  curl ${url}/v1/chat/completions ${headers} -d '${body}'\n\n`;
}

/** Said aloud: models and prices that nobody locked may be others tomorrow. */
const noLockfile =
  'none found: nothing is locked, and aliases that nobody wrote are computed from the registry';

function nameLockfile({ path, profile }: NonNullable<LoadedStart['lockfile']>['opened']): string {
  return `${path}, profile ${profile}`;
}

// Whoever read what it says may have gone; calls go on.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
try {
  await start();
} catch (error) {
  if (error instanceof SettingError) process.stderr.write(`${error.message}\n`);
  else if (KeelsonError.is(error)) process.stderr.write(`${error.message} ${error.hint}\n`);
  else throw error;
  process.exitCode = 1;
  // The channel to its siblings would hold a worker that has nothing to do.
  if (cluster.isWorker) process.disconnect();
}
