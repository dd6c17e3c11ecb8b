/** The gateway of the benchmark as few files, which is what people run: `npm start` makes the same of the server. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundlePrograms } from '../../tools/start/bundle-programs.ts';

const root = join(import.meta.dirname, '../..');

export async function bundleGateway(): Promise<URL> {
  const folder = join(root, 'node_modules/.cache/keelson/bench-gateway');
  await bundlePrograms({ root, folder, input: { keelson: 'bench/gateway/keelson.ts' } });
  return pathToFileURL(join(folder, 'dist/keelson.js'));
}
