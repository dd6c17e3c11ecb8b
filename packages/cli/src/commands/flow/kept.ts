/** `keelson flow kept`: the flows that are kept, or the text of one. */
import type { KeptFlow } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { momentText } from '../../subject/flows/amounts.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import type { Look } from '../../terminal/look.ts';
import { plainProse } from '../../terminal/plain-prose.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = (input, surroundings) =>
  withFlows(input, surroundings, async (desk) => {
    const [name] = input.words;
    if (name === undefined) {
      const kept = await desk.listFlows();
      const listed = kept.map(({ text: _, ...flow }) => flow);
      return { data: asJson(listed), text: (look) => renderKept(kept, look) };
    }
    const flow = await desk.getFlow({ flow: name });
    return { data: asJson(flow), text: (look) => textOf(flow, look) };
  });

function renderKept(kept: readonly KeptFlow[], look: Look): string {
  if (kept.length === 0) return 'No flow is kept.\n';
  const columns = [
    { title: 'FLOW' },
    { title: 'VERSION' },
    { title: 'KEPT AT' },
    { title: 'USES' },
    { title: '' },
  ];
  const rows = kept.map(({ name, version, createdAt, uses, description = '' }) => [
    name,
    version.slice(0, 12),
    momentText(createdAt),
    Object.keys(uses).join(', '),
    description,
  ]);
  return renderTable(columns, rows, look);
}

/** As it was written, so that it can go into a file; a terminal is not changed by it. */
function textOf({ text = '', name }: KeptFlow, { isTerminal }: Look): string {
  if (text === '') return `The flow ${name} is code, and has no text.\n`;
  const shown = isTerminal ? plainProse(text) : text;
  return shown.endsWith('\n') ? shown : `${shown}\n`;
}
