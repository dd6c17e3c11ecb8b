/** `keelson registry stats`: how many models there are, how many are priced, and how much else is known of them. */
import { type RegistryStats, registryStats } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { getReading } from '../../subject/open-registry.ts';
import type { Look } from '../../terminal/look.ts';
import { plain, renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'PROVIDER' },
  { title: 'VERSION', isNumber: true },
  { title: 'MADE' },
  { title: 'MODELS', isNumber: true },
  { title: 'PRICED', isNumber: true },
  { title: 'PARTLY', isNumber: true },
  { title: 'UNKNOWN', isNumber: true },
  { title: 'RETIRED', isNumber: true },
  { title: 'WITH CONTEXT', isNumber: true },
  { title: 'WITH ABILITIES', isNumber: true },
  { title: 'READ ON' },
];

export const run: Run = async (input, surroundings) => {
  const { files, remarks } = await getReading(input, surroundings);
  const stats = registryStats(files.values());
  const rows = stats.providers.map(({ provider, version, updatedAt = '?', sources, ...counts }) => [
    provider,
    String(version),
    updatedAt.slice(0, 10),
    ...cellsOf(counts),
    [...new Set(sources.map(({ date = '?' }) => date))].sort().join(', ') || '?',
  ]);
  const total = ['total', '', '', ...cellsOf(stats), ''];
  return {
    data: asJson({ ...stats, remarks }),
    text: (look) => renderTable(columns, [...rows, total], look) + renderSources(stats, look),
  };
};

function renderSources({ providers }: RegistryStats, look: Look): string {
  const models = new Map<string, number>();
  for (const { sources } of providers)
    for (const { name, date = 'no date', models: count } of sources)
      models.set(`${name} (${date})`, (models.get(`${name} (${date})`) ?? 0) + count);
  return [...models]
    .sort(([, one], [, other]) => other - one)
    .map(([source, count]) => `${look.dim(`${count} read in`)} ${plain(source)}\n`)
    .join('');
}

interface Counts {
  readonly models: number;
  readonly priced: number;
  readonly partlyPriced: number;
  readonly unpriced: number;
  readonly retired: number;
  readonly withContextWindow: number;
  readonly withAbilities: number;
}

const cellsOf = (counts: Counts): string[] =>
  [
    counts.models,
    counts.priced,
    counts.partlyPriced,
    counts.unpriced,
    counts.retired,
    counts.withContextWindow,
    counts.withAbilities,
  ].map(String);
