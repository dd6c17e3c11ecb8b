/**
 * `npm run prove:revocation`: three replicas on one PostgreSQL are called without a pause, and a key is revoked through one of
 * them. A call that begins after the revocation was confirmed is accepted by that replica never, and by the others for a second
 * at most; how long it was is printed. `--quick` takes 3 rounds, `--rounds N` any number; `--plant not-revoked` leaves the revocation
 * out, which must be found. One JSON line per case; the exit code tells of violations.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSimulator } from '@keelson/simulator';
import { ManagementClient } from '../clients/typescript/management-client.ts';
import { openPostgres } from './budget/databases.ts';

const firstKey = 'ks-of-the-proof-of-revocation';
const replicaCount = 3;
const callersPerReplica = 3;
const allowedMs = 1000;
/** Long enough to see calls that are accepted too late. */
const watchMs = 2000;

interface Replica {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startReplica(databaseUrl: string, simulatorUrl: string, folder: string): Promise<Replica> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../packages/server/src/start.ts')], {
    env: {
      ...process.env,
      KEELSON_DATA: folder,
      KEELSON_PORT: '0',
      KEELSON_KEY: firstKey,
      KEELSON_DATABASE_URL: databaseUrl,
      KEELSON_SIMULATOR_URL: simulatorUrl,
      KEELSON_CHECK_PROVIDERS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listens on (http:\S+)\.(\s|$)/.exec(line)?.[1];
    if (url !== undefined) return { url, child };
  }
  throw new Error('A replica did not start.');
}

interface Load {
  /** When the last accepted call began, for each replica; 0 for none. */
  readonly lastAccepted: number[];
  readonly refused: number[];
  stop(): Promise<void>;
}

function startLoad(replicas: readonly Replica[], secret: string): Load {
  const lastAccepted = replicas.map(() => 0);
  const refused = replicas.map(() => 0);
  let isOver = false;
  const agent = new Agent({ keepAlive: true });
  const callOn = async (place: number): Promise<void> => {
    while (!isOver) {
      const begins = performance.now();
      const status = await call((replicas[place] as Replica).url, secret, agent);
      if (status === 200) lastAccepted[place] = Math.max(lastAccepted[place] ?? 0, begins);
      // Whoever shows a bad key too often is told to wait instead.
      if (status === 401 || status === 429) refused[place] = (refused[place] ?? 0) + 1;
      // A pause in which a late acceptance would be missed is far below what is allowed.
      await wait(5);
    }
  };
  const running = replicas.flatMap((_, place) =>
    Array.from({ length: callersPerReplica }, () => callOn(place)),
  );
  const stop = async (): Promise<void> => {
    isOver = true;
    await Promise.all(running);
    agent.destroy();
  };
  return { lastAccepted, refused, stop };
}

function call(url: string, secret: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/chat/completions`, {
      agent,
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.end('{"model":"fast","messages":[{"role":"user","content":"Hello."}]}');
  });
}

interface Round {
  /** By how much the revocation came late: at the replica that was asked, and at the latest of the others. */
  readonly hereMs: number;
  readonly elsewhereMs: number;
  readonly refused: number;
}

async function revokeOnce(replicas: readonly Replica[], place: number, isPlanted: boolean): Promise<Round> {
  const client = new ManagementClient({ url: (replicas[place] as Replica).url, key: firstKey });
  const { secret, key } = await client.createKey({ name: 'to be revoked' });
  // Known everywhere before anything is measured.
  for (const { url } of replicas) {
    const agent = new Agent();
    while ((await call(url, secret, agent)) !== 200) await wait(20);
  }
  const load = startLoad(replicas, secret);
  await wait(500);
  if (!isPlanted) await client.revokeKey(key.id);
  const revokedAt = performance.now();
  await wait(watchMs);
  await load.stop();
  const late = load.lastAccepted.map((begins) => Math.max(0, Math.round(begins - revokedAt)));
  return {
    hereMs: late[place] ?? 0,
    elsewhereMs: Math.max(...late.filter((_, other) => other !== place)),
    refused: load.refused.filter((count) => count > 0).length,
  };
}

function readOptions(): { rounds: number; isPlanted: boolean } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, rounds: text, plant: text } });
  if (values.plant !== undefined && values.plant !== 'not-revoked')
    throw new Error('--plant knows not-revoked.');
  const usual = values.quick === true ? 3 : 20;
  return { rounds: Number(values.rounds ?? usual), isPlanted: values.plant !== undefined };
}

function report(name: string, late: readonly number[], allowed: number): void {
  const violations = late.filter((ms) => ms > allowed).length;
  const [least, most] = [Math.min(...late), Math.max(...late)];
  const line = {
    proof: 'revocation',
    case: name,
    tried: late.length,
    violations,
    least,
    most,
    met: violations === 0,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (violations > 0) process.exitCode = 1;
}

const { rounds, isPlanted } = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'keelson-revocation-'));
const database = openPostgres();
const simulator = await startSimulator();
const replicas: Replica[] = [];
try {
  const target = await database.create();
  const databaseUrl = target.kind === 'postgres' ? target.url : '';
  for (let place = 0; place < replicaCount; place += 1)
    replicas.push(await startReplica(databaseUrl, simulator.url, join(folder, String(place))));
  const seen: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    seen.push(await revokeOnce(replicas, round % replicaCount, isPlanted));
    process.stderr.write(`round ${round + 1} of ${rounds}: ${JSON.stringify(seen.at(-1))}\n`);
  }
  report(
    'where it was revoked, ms',
    seen.map(({ hereMs }) => hereMs),
    0,
  );
  report(
    'elsewhere, ms',
    seen.map(({ elsewhereMs }) => elsewhereMs),
    allowedMs,
  );
  report(
    'replicas that never refused',
    seen.map(({ refused }) => replicaCount - refused),
    0,
  );
} finally {
  for (const { child } of replicas) child.kill('SIGTERM');
  await Promise.all(replicas.map(({ child }) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  await simulator.close();
  await database.remove();
  rmSync(folder, { recursive: true });
}
