/** A real Redis or Valkey for the tests of this room: a process of its own on a free port, which can be killed and started again. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** At once, as when the power fails. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing, until it is woken. */
  freeze(): void;
  wake(): void;
}

const program = ['redis-server', 'valkey-server'].find(isThere);

/** Undefined where there is a server to start; else why its tests are left out. A run that promised one fails instead. */
export const whyNoRedis = program === undefined ? refuse() : undefined;

function refuse(): string {
  const why = 'There is neither redis-server nor valkey-server on this machine (apt-get install redis-server).';
  if (process.env.KEELSON_TEST_NEEDS_REDIS === '1') throw new Error(why);
  process.stderr.write(`\nSKIPPED: the tests with a real Redis. ${why}\n`);
  return why;
}

function isThere(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function startRedis(): Promise<RedisServer> {
  const port = await findFreePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = spawn(program as string, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = server;
    let said = '';
    server.stdout.on('data', (bytes: Buffer) => {
      said += bytes;
    });
    while (!said.includes('Ready to accept connections')) {
      if (server.exitCode !== null) throw new Error(`Redis ended at once: ${said}`);
      await wait(10);
    }
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    wake: () => void child?.kill('SIGCONT'),
  };
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
