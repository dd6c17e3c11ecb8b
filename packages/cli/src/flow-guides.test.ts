// The guides about flows are typed into a shell, line by line, and it answers what the pages say.
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeelson, makeFolder, removeFolder } from './__fixtures__/run-keelson.ts';
import { runTerminalGuide } from './__fixtures__/run-terminal-guide.ts';

const folders: string[] = [];
let simulator: Simulator;
beforeAll(async () => {
  findKeelson();
  simulator = await startSimulator({ seed: 1 });
}, 120_000);
afterAll(async () => {
  await simulator.close();
  folders.forEach(removeFolder);
});

describe.concurrent('docs/guides', () => {
  test.each([
    ['first-flow.md', 10],
    ['flow-recovery.md', 5],
    ['flow-budgets.md', 5],
    ['flow-durability.md', 10],
  ])('%s', { timeout: 180_000 }, async (page, least) => {
    const folder = makeFolder();
    folders.push(folder);
    const env = { KEELSON_SIMULATOR_URL: simulator.url };
    const steps = await runTerminalGuide(`docs/guides/${page}`, folder, env);
    expect(steps.length).toBeGreaterThanOrEqual(least);
    const told = steps.map((step) => `$ ${step.command}\n${step.told}`);
    const expected = steps.map((step) => `$ ${step.command}\n${step.expected}`);
    expect(told.join('\n')).toBe(expected.join('\n'));
  });
});
