/** `keelson providers`: who can be called, by which variables, and who is set up here. */
import { providerForms } from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { getRegistry } from '../subject/open-registry.ts';
import { readProviders } from '../subject/set-up-providers.ts';
import { renderTable } from '../terminal/table.ts';

const columns = [
  { title: 'PROVIDER' },
  { title: 'NAME' },
  { title: 'SET UP' },
  { title: 'MODELS', isNumber: true },
  { title: 'VARIABLES' },
];

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const { providers: setUp, problems } = readProviders(surroundings.environment);
  const counts = new Map<string, number>();
  for (const { provider } of registry.cards.values()) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const all = [...providerForms.values()].map((form) => {
    const problem = problems.find(({ provider }) => provider === form.name);
    const { key = [], address = [] } = form.environment;
    return {
      name: form.name,
      label: form.label,
      isSetUp: setUp.some(({ name }) => name === form.name),
      models: counts.get(form.registry ?? form.name) ?? 0,
      variables: [...key, ...address],
      ...(problem && { problem: { message: problem.message, hint: problem.hint } }),
    };
  });
  const shown = input.isOn('set') ? all.filter(({ isSetUp }) => isSetUp) : all;
  const rows = shown.map(({ name, label, isSetUp, models, variables, problem }) => [
    name,
    label,
    setUpText(isSetUp, problem !== undefined),
    models === 0 ? '' : String(models),
    variables.join(', '),
  ]);
  return {
    data: asJson(shown),
    text: (look) => (rows.length === 0 ? 'No provider is set up here.\n' : renderTable(columns, rows, look)),
    notes: problems.map(({ message, hint }) => `${message} ${hint}`),
  };
};

function setUpText(isSetUp: boolean, isHalf: boolean): string {
  if (isHalf) return 'by half';
  return isSetUp ? 'yes' : '';
}
