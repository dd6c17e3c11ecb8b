/**
 * Writes the programs of `npm start` as few files of JavaScript into a folder: `write-bundle.ts ROOT FOLDER`. It is a process
 * of its own, so that the bundler's memory goes with it. When a bundle is written, and where, does not belong here.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, type RolldownOutput, rolldown } from 'rolldown';
import { bundleFiles } from './bundle-files.ts';

/** By name of the file; the thread that writes calls lies beside the server, where that looks for it. */
const input = {
  start: 'packages/server/src/start.ts',
  'write-worker': 'packages/engine/src/storage/write-worker.ts',
  simulator: 'packages/simulator/src/main.ts',
};

/** One letter beyond ASCII makes V8 keep a file in twice the memory, and decode it letter by letter. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  renderChunk: (code) => code.replace(/[\u0080-\uffff]/g, escapeUnit),
};

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

async function writeBundle(root: string, folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    // What the driver of PostgreSQL loads only where somebody has installed it.
    external: ['pg-native'],
    plugins: [asciiOnly],
    logLevel: 'silent',
  });
  const output = await bundle.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // Lines stay as they were written, so that a stack can be read; comments would only be loaded with them.
    comments: false,
    // Read only by a Node that was started with --enable-source-maps.
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  refuseSharedPrograms(output);
  // Where the server finds its version, one folder up as in its package; it also says that `.js` is a module.
  copyFileSync(join(root, 'packages/server/package.json'), join(folder, bundleFiles.manifest));
}

/** A thread that shares code with the server must not find it in the server's own file, or it would start a second one. */
function refuseSharedPrograms({ output }: RolldownOutput): void {
  const chunks = output.filter((file) => file.type === 'chunk');
  const programs = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const { fileName, imports } of chunks) {
    const shared = imports.find((name) => programs.has(name));
    if (shared !== undefined) throw new Error(`\`${fileName}\` imports the program \`${shared}\`.`);
  }
}

const [, , root = '', folder = ''] = process.argv;
await writeBundle(root, folder);
