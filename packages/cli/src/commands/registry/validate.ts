/** `keelson registry validate`: everything that is wrong with registry files. */
import { resolve } from 'node:path';
import { bundledProviders, loadBundledFile } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { type FileReading, readRegistryPath } from '../../subject/read-registry.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, { folder }) => {
  const [path] = input.words;
  const readings = path === undefined ? await readBundled() : await readRegistryPath(resolve(folder, path));
  const isGood = readings.every(({ problems }) => problems.length === 0);
  return {
    data: asJson({
      ok: isGood,
      files: readings.map(({ path: at, file, problems }) => ({
        path: at,
        provider: file?.provider,
        version: file?.version,
        models: file?.cards.length,
        contentHash: file?.contentHash,
        problems,
      })),
    }),
    exitCode: isGood ? 0 : 3,
    text: (look) =>
      readings
        .flatMap(({ path: at, file, problems }) =>
          problems.length === 0
            ? [`${look.green('ok')} ${plain(at)}: ${file?.cards.length ?? 0} models`]
            : problems.map((says) => `${look.red('error')} ${plain(says)}`),
        )
        .map((line) => `${line}\n`)
        .join(''),
  };
};

/** They are read whole or not at all; their digests are tested where they are built. */
async function readBundled(): Promise<readonly FileReading[]> {
  const files = await Promise.all(bundledProviders.map(loadBundledFile));
  return files.map((file) => ({ path: `bundled ${file.provider}`, file, problems: [] }));
}
