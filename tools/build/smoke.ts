// Tries the built packages as an application would that installed them: imports each, checks types against their
// declarations, and runs the command. It uses the Node that runs this file, so that CI can try the oldest one.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releasedPackages, releaseFolder, root } from './released-packages.ts';

/** Entry points that do something by being imported. */
const programs: ReadonlySet<string> = new Set(['@keelson/server/start']);

const isOurs = (name: string): boolean => name === '@keelson' || name === 'keelson';

/** An application's `node_modules`: our packages as built, those of others as installed here. Gives all entry points. */
function layOutApplication(folder: string): string[] {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@keelson'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (isOurs(name) || name.startsWith('.')) continue;
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  return releasedPackages.flatMap((name) => {
    const manifest: { name: string; exports: Record<string, unknown> } = JSON.parse(
      readFileSync(join(releaseFolder(name), 'package.json'), 'utf8'),
    );
    cpSync(releaseFolder(name), join(modules, manifest.name), { recursive: true });
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
    return entries.map((entry) => manifest.name + entry.slice(1)).filter((entry) => !programs.has(entry));
  });
}

function runNode(folder: string, args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();
}

function checkTypes(folder: string, names: readonly string[]): void {
  const lines = names.map(
    (name, index) => `import * as module${index} from '${name}';\nvoid module${index};`,
  );
  writeFileSync(join(folder, 'consumer.mts'), `${lines.join('\n')}\n`);
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...flags, 'consumer.mts'], {
    cwd: folder,
    stdio: 'inherit',
  });
}

/** What runs on an older Node as well, tried with that of the machine where it has one. */
function tryOldest(folder: string, names: readonly string[]): void {
  const node = '/usr/bin/node';
  const version = existsSync(node) ? execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() : 'none';
  if (!version.startsWith('v20.')) {
    console.log(`SKIPPED: ${node} is ${version}, so that core and SDK are not tried on Node 20`);
    return;
  }
  const tried = names.filter((name) => /^@keelson\/(core|sdk)(\/|$)/.test(name));
  const lines = tried.map((name) => `await import('${name}');`);
  writeFileSync(
    join(folder, 'oldest.mjs'),
    `${lines.join('\n')}
import { connect } from '@keelson/sdk';
import { ServerClient } from '@keelson/sdk/server';
const answer = async () => Response.json({ message: { parts: [{ type: 'text', text: 'Ahoy.' }], stop: { unified: 'stop' } } });
const { text } = await connect({ url: 'http://models.example.com', fetch: answer }).chat({ model: 'fast', prompt: 'Hi' });
await new ServerClient({ url: 'http://models.example.com', fetch: answer }).listProfiles();
console.log(text);
`,
  );
  const said = execFileSync(node, ['oldest.mjs'], { cwd: folder, encoding: 'utf8' }).trim();
  if (said !== 'Ahoy.') throw new Error(`On Node ${version} the client said: ${said}`);
  console.log(`${tried.join(', ')} run on Node ${version.slice(1)}`);
}

const application = mkdtempSync(join(tmpdir(), 'keelson-smoke-'));
try {
  const names = layOutApplication(application);
  for (const name of names) {
    writeFileSync(
      join(application, 'import.mjs'),
      `console.log(Object.keys(await import('${name}')).length);\n`,
    );
    console.log(
      `${name} imports on Node ${process.versions.node}: ${runNode(application, ['import.mjs'])} exports`,
    );
  }
  tryOldest(application, names);
  checkTypes(application, names);
  console.log('their declarations pass the type check of a strict application');
  const version = runNode(application, ['node_modules/keelson/dist/main.js', '--version']);
  console.log(`keelson --version says ${version}`);
} finally {
  rmSync(application, { recursive: true, force: true });
}
