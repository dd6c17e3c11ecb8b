/**
 * `npm run bench:sdk`: what a page loads to speak with a gateway, packed as an application's own bundler packs it. One JSON line per
 * case; only the first counts for the goal, the others are loaded by whoever uses more.
 */
import { gzipSync } from 'node:zlib';
import { type BundledFile, bundleClient } from '../tools/build/bundle-client.ts';

const goalBytes = 12_000;

const cases = [
  { name: 'connect', source: "export { connect, KeelsonError } from '@keelson/sdk';", goal: goalBytes },
  {
    name: 'connect, files, tools, schemas',
    source: "export { connect, file, KeelsonError, OutputError, tool, withJsonSchema } from '@keelson/sdk';",
    goal: goalBytes,
  },
  {
    name: 'ServerClient',
    source: "export { ConflictError, entries, ServerClient } from '@keelson/sdk/server';",
    goal: goalBytes,
  },
  {
    name: 'connect with recording of other libraries',
    source: "export { connect, recordAnthropic, recordOpenAI } from '@keelson/sdk';",
    goal: goalBytes,
  },
];

const gzipped = (files: readonly BundledFile[]): number =>
  files.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);

for (const { name, source, goal } of cases) {
  process.stderr.write(`packing ${name} ...\n`);
  const files = await bundleClient(source);
  const gzipBytes = gzipped(files.filter(({ isInitial }) => isInitial));
  const line = {
    bench: 'sdk',
    case: name,
    gzipBytes,
    minifiedBytes: files.reduce((sum, { code, isInitial }) => sum + (isInitial ? code.length : 0), 0),
    /** Verification of receipts, and what else is loaded when it is asked for. */
    laterGzipBytes: gzipped(files.filter(({ isInitial }) => !isInitial)),
    goal: `at most ${goal} bytes gzip`,
    met: gzipBytes <= goal,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (!line.met) process.exitCode = 1;
}
