/**
 * Makes a few files of JavaScript of programs that stand on the engine, as `npm start` runs them. Which programs, and when, does
 * not belong here.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, type RolldownOutput, rolldown } from 'rolldown';
import { bundleFiles } from './bundle-files.ts';

/** One letter beyond ASCII makes V8 keep a file in twice the memory, and decode it letter by letter. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  renderChunk: (code) => code.replace(/[\u0080-\uffff]/g, escapeUnit),
};

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

interface Programs {
  readonly root: string;
  readonly folder: string;
  /** Sources below the root, by name of the file that is written. */
  readonly input: Readonly<Record<string, string>>;
}

export async function bundlePrograms({ root, folder, input }: Programs): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    // The thread that writes calls lies beside the program, where that looks for it.
    input: { ...input, 'write-worker': 'packages/engine/src/storage/write-worker.ts' },
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
