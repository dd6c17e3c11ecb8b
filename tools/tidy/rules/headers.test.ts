import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught } from '../planted-tree.ts';

const path = 'packages/core/src/json/canonical-json.ts';
const code = 'export const value = 1;\n';
const missing = 'no header; begin with a comment that says what this file is and what does not belong in it.';
const tooLittle = (sentence: string): string =>
  `the header says too little (\`${sentence}\`); say in a sentence of at least 5 words what this file is, beyond its name.`;

const enough = [
  `/** Writes JSON the same way every time, by RFC 8785. */\n${code}`,
  `// Writes JSON the same way\n// every time, by RFC 8785.\n\n${code}`,
  `#!/usr/bin/env node\n/*\n * Writes JSON the same way every time: RFC 8785.\n */\n${code}`,
  `// biome-ignore-all lint: planted\n/** Writes JSON the same way every time. */\n${code}`,
];

const tooFew: readonly (readonly [text: string, says: string])[] = [
  [code, missing],
  [`${code}/** Writes JSON the same way every time, but says so too late. */\n`, missing],
  [`// biome-ignore-all lint: this is an instruction to a tool and no header\n${code}`, missing],
  [`// Copyright of somebody, who keeps all rights to this file.\n${code}`, missing],
  [
    `/** Canonical JSON. And a second sentence that is long enough. */\n${code}`,
    tooLittle('Canonical JSON.'),
  ],
  [
    `/** The canonical json of core packages, src. */\n${code}`,
    tooLittle('The canonical json of core packages, src.'),
  ],
];

describe('headers', () => {
  it.each(enough)('accepts %j', (text) => {
    expect(complaintsAbout({ [path]: text })).toEqual([]);
  });

  it('asks for none in tests and fixtures', () => {
    const twins = {
      'packages/core/src/json/a.test.ts': code,
      'packages/core/src/json/__fixtures__/a.ts': code,
    };
    expect(complaintsAbout(twins)).toEqual([]);
  });

  it.each(tooFew)('catches %j', (text, says) => {
    expectCaught({
      clean: { [path]: enough[0] ?? '' },
      planted: { [path]: text },
      says: [`${path}:1: ${says}`],
    });
  });

  it('judges scripts without types too', () => {
    const script = 'tools/bootstrap/bootstrap.mjs';
    expectCaught({
      clean: { [script]: enough[2] ?? '' },
      planted: { [script]: code },
      says: [`${script}:1: ${missing}`],
    });
  });
});
