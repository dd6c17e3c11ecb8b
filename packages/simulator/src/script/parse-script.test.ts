// How keywords are found and read, and what is refused by name.
import { expect, test } from 'vitest';
import { codeThrownBy } from '../__fixtures__/ask.ts';
import { keywords } from './keywords.ts';
import { parseScript } from './parse-script.ts';

const only = (text: string) => parseScript(text).steps[0];

test.each([
  ['[[text: hello]]', { content: [{ type: 'text', text: 'hello' }] }],
  ['[[text: two\nlines]]', { content: [{ type: 'text', text: 'two\nlines' }] }],
  ['[[text: "a ]] b\\n"]]', { content: [{ type: 'text', text: 'a ]] b\n' }] }],
  ['[[text: "quoted" and not]]', { content: [{ type: 'text', text: '"quoted" and not' }] }],
  ['[[text: "one" or "two"]]', { content: [{ type: 'text', text: '"one" or "two"' }] }],
  ['[[text:]]', { content: [{ type: 'text', text: '' }] }],
  ['[[echo]]', { content: [{ type: 'echo' }] }],
  ['[[long: 5000]]', { content: [{ type: 'long', words: 5000 }] }],
  ['[[json]]', { content: [{ type: 'json' }] }],
  ['[[json: {"a":[[1]]}]]', { content: [{ type: 'json', text: '{"a":[[1]]}' }] }],
  ['[[tool: now]]', { content: [{ type: 'tool', name: 'now' }] }],
  ['[[tool: f {"a":[["]]"]]}]]', { content: [{ type: 'tool', name: 'f', arguments: '{"a":[["]]"]]}' }] }],
  ['[[tool-signed: f {}]]', { content: [{ type: 'tool', name: 'f', arguments: '{}', isSigned: true }] }],
  ['[[tool-raw: f {"a": [1, ]]', { content: [{ type: 'tool', name: 'f', arguments: '{"a": [1,' }] }],
  ['[[reason: hm]]', { content: [{ type: 'reason', text: 'hm' }] }],
  ['[[redacted]]', { content: [{ type: 'redacted' }] }],
  ['[[refuse: no]]', { content: [{ type: 'refuse', text: 'no' }] }],
  ['[[images]]', { content: [{ type: 'images' }] }],
  [
    '[[usage: input=10 cacheRead=5 output=7]]',
    { content: [], usage: { input: 10, cacheRead: 5, output: 7 } },
  ],
  ['[[stop: length]]', { content: [], stop: { unified: 'length' } }],
  [
    '[[stop: stop-sequence THE END]]',
    { content: [], stop: { unified: 'stop-sequence', sequence: 'THE END' } },
  ],
  ['[[model: served-2026]]', { content: [], model: 'served-2026' }],
  ['[[delay: 200ms]]', { content: [], delayMs: 200 }],
  ['[[delay: 1.5s]]', { content: [], delayMs: 1500 }],
  ['[[chunks: 20]]', { content: [], chunksMs: 20 }],
  [
    '[[fault: 429 retry-after=2]]',
    { content: [], fault: { name: 'rate-limit', settings: { 'retry-after': 2000 }, status: 429 } },
  ],
])('%s', (text, script) => {
  expect(only(text)).toEqual(script);
});

test('content keeps the order in which it is written, and the rest of the text is kept apart', () => {
  const { steps, rest } = parseScript('Please [[reason: a]] do [[tool: f]] it [[tool: g]].');
  expect(steps[0]?.content.map((piece) => piece.type)).toEqual(['reason', 'tool', 'tool']);
  expect(rest).toBe('Please  do  it .');
});

test('[[then]] divides a script into answers', () => {
  const { steps } = parseScript('[[tool: f]] [[then]] [[text: done]] [[stop: length]]');
  expect(steps).toEqual([
    { content: [{ type: 'tool', name: 'f' }] },
    { content: [{ type: 'text', text: 'done' }], stop: { unified: 'length' } },
  ]);
});

test.each([
  '[[1,2],[3,4]]',
  '[[Page]]',
  'if [[ -f x ]]; then',
  '[["a"]]',
  '[[null]]',
  '[[foo bar]]',
  '[[',
  'a]]',
])('`%s` is ordinary text', (text) => {
  expect(parseScript(text)).toEqual({ steps: [{ content: [] }], rest: text });
});

test.each([
  ['[[shout: hi]]', 'shout'],
  ['[[constructor]]', 'constructor'],
  ['[[text: hello', 'text'],
  ['[[text]]', 'text'],
  ['[[echo: loud]]', 'echo'],
  ['[[long: many]]', 'many'],
  ['[[long: 100001]]', '100001'],
  ['[[json: {"a":]]', 'json'],
  ['[[tool]]', 'tool'],
  ['[[tool: f {"a"]]', 'tool'],
  ['[[usage: input=ten]]', 'input=ten'],
  ['[[usage: tokens=1]]', 'tokens'],
  ['[[usage: input]]', 'input'],
  ['[[usage: input=1 input=2]]', 'input'],
  ['[[usage: input=3 cacheRead=2 cacheWrite5m=2]]', 'input'],
  ['[[usage: cacheWrite=1 cacheWrite1h=2]]', 'cacheWrite'],
  ['[[usage: output=3 reasoning=4]]', 'output'],
  ['[[stop: tired]]', 'tired'],
  ['[[stop: length END]]', 'length END'],
  ['[[delay: soon]]', 'soon'],
  ['[[delay: 90000s]]', '90000s'],
  ['[[delay: 1ms]] [[delay: 2ms]]', 'delay'],
  ['[[fault: hiccup]]', 'hiccup'],
  ['[[fault: rate-limit after=2]]', 'after'],
  ['[[fault: slow-drip bytes=0]]', 'bytes=0'],
  ['[[fault: stall-between-chunks for=ages]]', 'for=ages'],
])('%s is refused and named', (text, named) => {
  expect(() => parseScript(text)).toThrow(named);
  expect(['invalid_request', 'invalid_json']).toContain(codeThrownBy(() => parseScript(text)));
});

test('a text with too many keywords is refused soon, whatever it holds', () => {
  const started = performance.now();
  expect(() => parseScript('[[text: {'.repeat(300_000))).toThrow();
  expect(() => parseScript('[[text: {"]]'.repeat(300_000))).toThrow('at most');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('every keyword is tried above', () => {
  const tried = [
    'text',
    'echo',
    'long',
    'json',
    'tool',
    'tool-raw',
    'tool-signed',
    'reason',
    'redacted',
    'refuse',
    'images',
  ];
  expect(Object.keys(keywords)).toEqual([...tried, 'usage', 'stop', 'model', 'delay', 'chunks', 'fault']);
});
