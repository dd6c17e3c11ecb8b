// The guides of docs/guides are run: their files are written, and every command answers what the page says.
import { realpathSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runGuide } from './__fixtures__/run-guide.ts';
import { findKeelson, makeFolder, removeFolder } from './__fixtures__/run-keelson.ts';

const folders: string[] = [];
beforeAll(() => void findKeelson(), 120_000);
afterAll(() => folders.forEach(removeFolder));

test.each([
  ['docs/guides/profiles.md', 8],
  ['docs/guides/from-llmring.md', 5],
])('%s', { timeout: 60_000 }, async (page, least) => {
  const folder = realpathSync(makeFolder());
  folders.push(folder);
  const steps = await runGuide(page, folder, { ANTHROPIC_API_KEY: 'none', OPENAI_API_KEY: 'none' });
  expect(steps.length).toBeGreaterThanOrEqual(least);
  const told = steps.map(({ line, code, told }) => `$ keelson ${line} # ends with ${code}\n${told}`);
  const expected = steps.map(
    (step) => `$ keelson ${step.line} # ends with ${step.expectedCode}\n${step.expected}`,
  );
  expect(told.join('\n')).toBe(expected.join('\n'));
});
