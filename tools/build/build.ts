// What `npm run build` runs: makes `release/<package>`, the folders that can be published, and checks them with
// publint. Trying them out in another Node is smoke.ts.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { writeCommand } from './bundle-command.ts';
import { type PackageManifest, renderPublishedManifest } from './package-manifest.ts';
import { renderPublishedDeclarations } from './published-declarations.ts';
import { releasedPackages, releaseFolder, root, sourceFolder } from './released-packages.ts';

const command = 'cli';
/** As far as the command uses them. */
const bundledPackages = ['core', 'engine'];

function compile(name: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(sourceFolder(name), 'tsconfig.build.json');
  const outDir = join(releaseFolder(name), 'dist');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', outDir], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`\`${name}\` does not compile; the errors are above.`);
}

/** The command is published as it is benchmarked: in few files, because hundreds would take longer to load than to run. */
async function bundleCommand(name: string): Promise<void> {
  const folder = join(releaseFolder(name), 'dist');
  for (const file of globSync(join(folder, '**/*.js'))) rmSync(file);
  await writeCommand(folder);
}

/** What is bundled brings along what it needs of others. */
function withBundled(manifest: PackageManifest): PackageManifest {
  const needed = bundledPackages.map((name) => readManifest(name).dependencies as Record<string, string>);
  const others = Object.entries(Object.assign({}, ...needed)).filter(
    ([name]) => !name.startsWith('@keelson/'),
  );
  return {
    ...manifest,
    dependencies: { ...(manifest.dependencies as object), ...Object.fromEntries(others) },
  };
}

function mendDeclarations(name: string): void {
  for (const file of globSync(join(releaseFolder(name), 'dist/**/*.d.ts'))) {
    writeFileSync(file, renderPublishedDeclarations(readFileSync(file, 'utf8')));
  }
}

function copyDocuments(name: string): void {
  copyFileSync(join(root, 'LICENSE'), join(releaseFolder(name), 'LICENSE'));
  const ownReadme = join(sourceFolder(name), 'README.md');
  copyFileSync(
    existsSync(ownReadme) ? ownReadme : join(root, 'README.md'),
    join(releaseFolder(name), 'README.md'),
  );
}

function readManifest(name: string): PackageManifest {
  return JSON.parse(readFileSync(join(sourceFolder(name), 'package.json'), 'utf8'));
}

function writeManifest(name: string): PackageManifest {
  const manifest = name === command ? withBundled(readManifest(name)) : readManifest(name);
  const published = renderPublishedManifest(manifest);
  writeFileSync(join(releaseFolder(name), 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  return manifest;
}

async function lintRelease(name: string, manifest: PackageManifest): Promise<void> {
  const { messages } = await publint({ pkgDir: releaseFolder(name), strict: true });
  if (messages.length === 0) return;
  const lines = messages.map((message) => formatMessage(message, manifest)).join('\n');
  throw new Error(`publint finds fault with \`${manifest.name}\`:\n${lines}`);
}

async function build(name: string): Promise<void> {
  rmSync(releaseFolder(name), { recursive: true, force: true });
  compile(name);
  mendDeclarations(name);
  if (name === command) await bundleCommand(name);
  copyDocuments(name);
  const manifest = writeManifest(name);
  await lintRelease(name, manifest);
  console.log(`release/${name}  ${manifest.name} ${manifest.version}`);
}

try {
  for (const name of releasedPackages) await build(name);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
