/** `keelson registry sources`: where the rows of each provider were read, and when. */
import { registryStats } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { getReading } from '../../subject/open-registry.ts';
import { renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'PROVIDER' },
  { title: 'VERSION', isNumber: true },
  { title: 'MODELS', isNumber: true },
  { title: 'READ ON' },
  { title: 'SOURCE' },
  { title: 'FILE' },
];

export const run: Run = async (input, surroundings) => {
  const { files } = await getReading(input, surroundings);
  const wanted = input.list('provider');
  const { providers } = registryStats(files.values());
  const rows = providers
    .filter(({ provider }) => wanted?.includes(provider) ?? true)
    .flatMap(({ provider, version, sources }) => {
      const file = fromOf(files.get(provider));
      return sources.map(({ name, date, models }) => ({
        provider,
        version,
        models,
        date,
        source: name,
        file,
      }));
    });
  return {
    data: asJson(rows),
    text: (look) =>
      renderTable(
        columns,
        rows.map(({ provider, version, models, date = '?', source, file }) => [
          provider,
          String(version),
          String(models),
          date,
          source,
          file,
        ]),
        look,
      ),
  };
};

/** A path or an address, where the file is not one that Keelson brings along. */
function fromOf(file: object | undefined): string {
  const { from = 'bundled' } = (file ?? {}) as { readonly from?: string };
  return from;
}
