// The SDK as an application's own bundler would pack it for a browser: for the benchmark of its size, and for the tests that run it
// where there is no Node.
import { rolldown } from 'rolldown';
import { root } from './released-packages.ts';

export interface BundledFile {
  readonly name: string;
  readonly code: string;
  /** Loaded at once; the others only when something asks for them. */
  readonly isInitial: boolean;
}

/** `source` is the application: what it imports of `@keelson/sdk` is what it pays for. */
export async function bundleClient(source: string): Promise<readonly BundledFile[]> {
  const entry = '\0application';
  const bundle = await rolldown({
    cwd: root,
    input: { client: entry },
    platform: 'browser',
    external: ['@keelson/engine'],
    plugins: [
      {
        name: 'application',
        resolveId: (id, importer) => {
          if (id === entry) return entry;
          // As if it stood in the folder of the package.
          return importer === entry ? `${root}/packages/sdk/src/${entries[id] ?? id}` : null;
        },
        load: (id) => (id === entry ? source : null),
      },
    ],
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  await bundle.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const initial = new Set<string>();
  const load = (name: string): void => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const needed of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) load(needed);
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) load(fileName);
  return chunks.map(({ fileName: name, code }) => ({ name, code, isInitial: initial.has(name) }));
}

const entries: Readonly<Record<string, string>> = {
  '@keelson/sdk': 'index.ts',
  '@keelson/sdk/ai': 'ai/index.ts',
  '@keelson/sdk/server': 'server/index.ts',
};
