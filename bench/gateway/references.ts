/** Other programs that the gateway is measured beside, where they can be had: another gateway from npm, and nginx. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, watch } from './child.ts';

const portkeyVersion = '1.15.2';

export interface Reference {
  readonly name: 'portkey' | 'nginx';
  readonly child: Child;
  readonly headers: Readonly<Record<string, string>>;
}

/** Installed once, beside the repository's own packages and not among them. */
export async function startPortkey(upstream: string): Promise<Reference | string> {
  const folder = join(import.meta.dirname, '../.references');
  const entry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      `@portkey-ai/gateway@${portkeyVersion}`,
    ];
    if (spawnSync('npm', args, { stdio: 'ignore' }).status !== 0) return 'it could not be installed';
  }
  const port = await freePort();
  const child = spawn(process.execPath, [entry, `--port=${port}`, '--headless'], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  if (!(await answers(url))) {
    child.kill();
    return 'it did not start';
  }
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
    authorization: 'Bearer sk',
  };
  return { name: 'portkey', child: watch(child, url), headers };
}

/** One process, like the gateway. */
export async function startNginx(upstream: string): Promise<Reference | string> {
  if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status !== 0) return 'it is not installed';
  const folder = mkdtempSync(join(tmpdir(), 'keelson-nginx-'));
  const port = await freePort();
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log /dev/null;
events { worker_connections 4096; }
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder}; keepalive_requests 1000000;
upstream vendor { server ${new URL(upstream).host}; keepalive 512; keepalive_requests 1000000; }
server { listen 127.0.0.1:${port}; location / { proxy_pass http://vendor; proxy_http_version 1.1;
proxy_set_header Connection ""; proxy_buffering off; } } }`;
  writeFileSync(join(folder, 'conf'), config);
  const child = spawn('nginx', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const url = `http://127.0.0.1:${port}`;
  return (await answers(url)) ? { name: 'nginx', child: watch(child, url), headers: {} } : 'it did not start';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const status = await fetch(url).then(
      (reply) => reply.status,
      () => undefined,
    );
    if (status !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
