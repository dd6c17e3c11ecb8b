/**
 * Writes the programs of `npm start` into a folder: `write-bundle.ts ROOT FOLDER`. It is a process of its own, so that the
 * bundler's memory goes with it. When a bundle is written, and where, does not belong here.
 */
import { bundlePrograms } from './bundle-programs.ts';

const [, , root = '', folder = ''] = process.argv;
const input = { start: 'packages/server/src/start.ts', simulator: 'packages/simulator/src/main.ts' };
await bundlePrograms({ root, folder, input });
