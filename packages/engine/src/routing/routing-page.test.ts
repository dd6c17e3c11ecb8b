/** The examples of docs/routing.md are tables that are accepted, and their explanations are what one gets. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, createKit, fakeProvider, providersOf } from './__fixtures__/routing-kit.ts';
import { defaultCircuit } from './circuit.ts';
import { explainLines } from './explain.ts';

const page = readFileSync(new URL('../../../../docs/routing.md', import.meta.url), 'utf8');
const providers = providersOf('openai', 'anthropic', 'azure', fakeProvider('ollama', { isLocal: true }));
const blocks = [...page.matchAll(/(?:<!-- explain: (.*) -->\n)?```(\w+)\n([\s\S]*?)\n```/g)].map(
  ([, question, language = '', text = '']) => ({ question, language, text }),
);
const tables = blocks.filter(({ language }) => language === 'json');
const explained = blocks.flatMap(({ question, text }, at) =>
  question === undefined ? [] : [{ question, text, table: blocks[at - 1]?.text ?? '' }],
);

test('the page has its examples', () => {
  expect(tables).toHaveLength(7);
  expect(explained).toHaveLength(3);
});

test.each(tables)('$text', ({ text }) => {
  const { routing } = createKit({ providers, ...JSON.parse(text) });
  for (const name of routing.aliases) expect(routing.plan(ask(name)).targets.length).toBeGreaterThan(0);
});

test.each(explained)('$question', ({ question, text, table }) => {
  const { routing } = createKit({ providers, ...JSON.parse(table) });
  const { model, ...rest } = JSON.parse(question);
  expect(explainLines(routing.explain(ask(model, rest))).join('\n')).toBe(text);
});

test('the figures of circuits are those of the code', () => {
  const { failuresInRow, failureShare, minCalls, windowMs, openMs, maxOpenMs } = defaultCircuit;
  expect(failureShare).toBe(0.5);
  const told = page.replace(/\s+/g, ' ');
  expect(told).toContain(`after ${failuresInRow} failures in a row`);
  expect(told).toContain(`half of at least ${minCalls} calls within ${windowMs / 1000} s failed`);
  expect(told).toContain(`no calls for ${openMs / 1000} s`);
  expect(told).toContain(`(up to ${maxOpenMs / 1000} s)`);
});
