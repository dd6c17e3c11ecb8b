/** The server as a process, for the tests that stop and restart it, and callers that keep asking it. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { findPrograms } from '../../../../tools/start/programs.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

// As `npm start` runs it: loading the sources one by one would take most of a test.
const { server, codeCache } = await findPrograms(root);

export function spawnServer(environment: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const env = { ...process.env, NODE_COMPILE_CACHE: codeCache, ...environment };
  return spawn(process.execPath, [server], { env });
}

export const processKey = 'ks-of-the-process-tests';

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exited: Promise<number | null>;
  readonly output: { text: string };
  /** Ids of all calls in its database, after it has ended. */
  storedIds(): Promise<Set<string>>;
  /** All bytes of its database, those not merged yet included. */
  databaseText(): string;
  remove(): void;
}

export async function startProcess(
  simulatorUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const data = mkdtempSync(join(tmpdir(), 'keelson-process-'));
  const child = spawnServer({
    KEELSON_DATA: data,
    KEELSON_PORT: '0',
    KEELSON_KEY: processKey,
    KEELSON_SIMULATOR_URL: simulatorUrl,
    ...environment,
  });
  const output = { text: '' };
  child.stdout.on('data', (chunk) => (output.text += chunk));
  child.stderr.on('data', (chunk) => (output.text += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const deadline = performance.now() + 30_000;
  let url: string | undefined;
  while (url === undefined) {
    if (performance.now() > deadline) throw new Error(`The server did not start: ${output.text}`);
    await systemClock.sleep(20);
    url = /listens on (http:\S+)\.\s/.exec(output.text)?.[1];
  }
  return {
    child,
    url,
    exited,
    output,
    databaseText: () =>
      readdirSync(data)
        .filter((name) => name.startsWith('keelson.db'))
        .map((name) => readFileSync(join(data, name), 'latin1'))
        .join(''),
    storedIds: async () => {
      const target = { kind: 'sqlite', path: join(data, 'keelson.db') } as const;
      const storage = await openStorage(target, { clock: systemClock, log: silentLog });
      const ids = new Set<string>();
      for (let before: string | undefined, hasMore = true; hasMore; ) {
        const page = await storage.calls.list({ limit: 1000, ...(before !== undefined && { before }) });
        for (const { id } of page.calls) ids.add(id);
        before = page.calls.at(-1)?.id;
        hasMore = page.hasMore;
      }
      await storage.close();
      return ids;
    },
    remove: () => {
      child.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export interface Asked {
  readonly id: string | undefined;
  readonly status: number;
  readonly text: string;
  /** Whether it came to its end. */
  readonly isWhole: boolean;
}

interface AskSettings {
  readonly prompt: string;
  readonly stream?: boolean;
  readonly agent?: Agent;
  readonly onStart?: () => void;
}

/** Rejects when nobody answers. */
export function ask(url: string, { prompt, stream = false, agent, onStart }: AskSettings): Promise<Asked> {
  const body = JSON.stringify({ model: 'simulator:m', stream, messages: [{ role: 'user', content: prompt }] });
  const headers = { authorization: `Bearer ${processKey}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, ...(agent && { agent }) };
    const sent = request(`${url}/v1/chat/completions`, options, (response: IncomingMessage) => {
      onStart?.();
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      const { statusCode: status = 0, headers: told } = response;
      const id = told['x-keelson-call-id'] as string | undefined;
      response.on('error', () => {});
      response.on('close', () => resolve({ id, status, text, isWhole: response.complete }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface Load {
  readonly answered: Asked[];
  readonly failures: unknown[];
  stop(): Promise<void>;
}

/** So many callers, each over a connection that it keeps, one call after the other. */
export function startLoad(url: string, callers: number, prompt: string): Load {
  let isOver = false;
  const load = { answered: [] as Asked[], failures: [] as unknown[] };
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const call = async (at: number): Promise<void> => {
    for (let turn = at; !isOver; turn++) {
      try {
        const asked = await ask(url, { prompt, stream: turn % 2 === 0, agent });
        if (asked.status === 200 && asked.isWhole) load.answered.push(asked);
        else load.failures.push(asked);
      } catch (error) {
        load.failures.push(error);
      }
    }
  };
  const calling = Array.from({ length: callers }, (_, at) => call(at));
  return {
    ...load,
    stop: async () => {
      isOver = true;
      await Promise.all(calling);
      agent.destroy();
    },
  };
}
