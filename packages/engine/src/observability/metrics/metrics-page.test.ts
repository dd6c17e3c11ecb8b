// docs/operations.md repeats the table of metrics for people; here the two are held together.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type MetricDefinition, metricDefinitions } from './index.ts';

const page = readFileSync(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8');

test('every metric stands on the page with its kind, its labels and what it says, and no other does', () => {
  const rows = Object.entries(metricDefinitions).map(
    ([name, { kind, labels, help }]: [string, MetricDefinition]) => {
      const named = labels.map((label) => `\`${label}\``).join(' ');
      return `| \`${name}\` | ${kind} | ${named === '' ? '' : `${named} `}| ${help} |`;
    },
  );
  const written = page.split('\n').filter((line) => line.startsWith('| `keelson_'));
  expect(written).toEqual(rows);
});
