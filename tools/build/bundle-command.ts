/**
 * Writes the `keelson` command as few files of JavaScript into a folder: `bundle-command.ts [FOLDER]`. Loading the hundreds of
 * files of its floors one by one would take longer than most of its commands do.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { digestSources } from '../start/digest-sources.ts';
import { root } from './released-packages.ts';

/** Libraries of others that many commands need; their licences are laid beside. */
const libraries = ['smol-toml', 'canonicalize', 'yaml'];
/** What is bundled with it. All else is found where it is installed. */
const inside = ['@keelson/core', '@keelson/engine', '@keelson/server/configuration', ...libraries];

const everyLine = /cli\/src\/(run-line|(catalog|line|terminal)\/(?!tell-error|render-page|as-json|markdown))/;
const mostCommands =
  /(core\/src\/(errors|json|lockfile|registry(?!\/bundled\/))|engine\/src\/lockfile)\/|node_modules\/(smol-toml|canonicalize)\//;

export async function writeCommand(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: {
      main: 'packages/cli/src/main.ts',
      index: 'packages/cli/src/index.ts',
      // The thread that writes to a database is looked for beside the part that starts it.
      'parts/write-worker': 'packages/engine/src/storage/write-worker.ts',
    },
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !inside.includes(id),
    // Nothing of ours does anything by being imported, but for the program itself.
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    // One file is read sooner than ten: what every line needs, and what nearly every command does.
    codeSplitting: {
      groups: [
        { name: 'line', test: everyLine },
        { name: 'shared', test: mostCommands },
      ],
    },
    comments: false,
    // A shorter text is read sooner; names stay, so that a stack can be read.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  });
  mkdirSync(join(folder, 'licences'), { recursive: true });
  for (const name of libraries)
    copyFileSync(join(root, 'node_modules', name, 'LICENSE'), join(folder, 'licences', `${name}.txt`));
}

/** The command for benchmarks and tests, written anew when a source has changed. */
export async function findCommand(): Promise<string> {
  const cache = join(root, 'node_modules/.cache/keelson');
  const folder = join(cache, `command-${digestSources(root, ['core', 'engine', 'server', 'cli'])}`);
  const main = join(folder, 'dist/main.js');
  if (existsSync(main)) return main;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await writeCommand(join(draft, 'dist'));
    cpSync(join(root, 'packages/cli/package.json'), join(draft, 'package.json'));
    renameSync(draft, folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(main)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return main;
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder] = process.argv;
  if (folder === undefined) process.stdout.write(`${await findCommand()}\n`);
  else await writeCommand(resolve(folder));
}
