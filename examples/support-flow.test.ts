/** The example and the flow file do what docs/blocks.md says, and the page shows the own lines of this example and of the replayed one. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createFlowKinds, createMemoryJournal, estimateRun, readFlowText, runBlock } from '@keelson/engine';
import { expect, it } from 'vitest';
import { environment, refund, support } from './support-flow.ts';

const page = readFileSync(new URL('../docs/blocks.md', import.meta.url), 'utf8');
const source = ['support-flow.ts', 'flow-replay.test.ts']
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('\n');

it('runs as a program', () => {
  const printed = execFileSync(process.execPath, [new URL('support-flow.ts', import.meta.url).pathname], {
    encoding: 'utf8',
  });
  expect(printed).toContain('Please restart it.');
  expect(printed).toContain('A person was called.');
  expect(printed).toMatch(/ref: 'R-7' \} attempt 3/);
  expect(printed).toMatch(/attempt-end .root/);
});

it('is refused where the worst case does not fit', async () => {
  const response = await runBlock(
    support,
    { text: 'x' },
    { environment, budget: { dollars: '0.0001', preflight: 'max' } },
  );
  expect(response).toMatchObject({ success: false, error: { reason: 'budget_preflight_rejected' } });
  const { nanoDollars } = estimateRun(support, { text: 'x' }, environment);
  expect(nanoDollars.mean).toBeLessThan(nanoDollars.max ?? 0);
});

it('is safe to retry', () => {
  expect(refund.effects).toBe('non_idempotent');
  expect(refund.warnings).toEqual([]);
});

it('is what docs/blocks.md shows', () => {
  const shown = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, code = '']) => code.split('\n'));
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((line) => !source.includes(line.trim()))).toEqual([]);
});

it('is what docs/guides/flow-recovery.md shows', () => {
  const guide = readFileSync(new URL('../docs/guides/flow-recovery.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(shown).not.toBe('');
  expect(source).toContain(shown);
});

it('has a flow file that is sound', async () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { block, problems } = await readFlowText(text, { kinds: createFlowKinds() });
  expect(problems).toEqual([]);
  const answered = await runBlock(block!, { text: 'it crashes' }, { environment });
  expect(answered).toMatchObject({ success: true, data: 'Please restart it.' });
  const journal = createMemoryJournal();
  const waiting = await runBlock(block!, { text: 'fire' }, { environment, journal });
  expect(waiting).toMatchObject({ success: false, error: { reason: 'approval_required' } });
});
