import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const calls = 'packages/engine/src/calls/index.ts';
const clean = {
  [calls]: source(
    'export const fresh = (clock: { now(): number }, random: () => number) => [new Date(clock.now()), random()];',
    'export const parsed = Date.parse("2026-01-01") + Math.max(1, 2);',
    'export const send = (fetch: (url: string) => void) => fetch("x");',
    'export const folder = process.cwd();',
    "export { createHash } from 'node:crypto';",
  ),
  'packages/engine/src/calls/call.test.ts': 'console.log(Date.now(), Math.random(), process.env.HOME);\n',
  'packages/engine/src/observability/clock.ts': source(
    'export const now = () => Date.now();',
    'setInterval(now, 1);',
  ),
  'packages/engine/src/observability/random.ts': source("export { randomUUID } from 'node:crypto';"),
  'packages/server/src/start.ts': source('console.log(process.env.KEELSON_PORT);', 'process.exitCode = 1;'),
  'packages/cli/src/main.ts': source('process.stdout.write(String(process.env.HOME));'),
  'packages/sdk/src/transport.ts': source('export const send = () => fetch("/v1");'),
  'tools/stamp.ts': source('console.log(new Date());'),
};

const clock =
  'is not for here, because tests turn the clock by hand; take a clock as an argument; the real one is in engine/src/observability/clock.ts.';
const random =
  'is not for here, because a run must be repeatable from its seed; take the source of randomness as an argument; the real one is in engine/src/observability/random.ts.';
const environment =
  'is not for here, because configuration enters once and is checked there; take the value as an argument; server/src/start.ts, simulator/src/main.ts and cli read it.';
const network =
  'is not for here, because it costs six times the CPU of a direct request and ends answers that start late; use engine/src/providers/transport/.';
const print =
  'is not for here, because only programs that a person starts print; report to engine/src/observability, or return the text.';
const exit =
  'is not for here, because only programs know exit codes, and an exit in the middle of a write loses it; throw a KeelsonError.';
const interval =
  'is not for here, because a forgotten interval keeps a process alive and escapes the fake clock; ask the clock that you were given.';

/** One line of code, and what must be said about it. */
const trespasses: readonly (readonly [code: string, call: string, why: string])[] = [
  ['export const at = Date.now();', 'Date.now', clock],
  ['export const now = Date.now;', 'Date.now', clock],
  ["export const at = globalThis.Date['now']();", 'Date.now', clock],
  ['export const at = new Date();', 'new Date()', clock],
  ['export const at = Date();', 'Date()', clock],
  ['export const at = performance.now();', 'performance.now', clock],
  ["import { performance } from 'node:perf_hooks'; export { performance };", 'perf_hooks.performance', clock],
  ['export const pick = Math.random();', 'Math.random', random],
  ['export const id = crypto.randomUUID();', 'crypto.randomUUID', random],
  ["import { randomUUID as id } from 'node:crypto'; export { id };", 'crypto.randomUUID', random],
  [
    "import nodeCrypto from 'node:crypto'; export const id = nodeCrypto.randomBytes(8);",
    'crypto.randomBytes',
    random,
  ],
  ['export const home = process.env.HOME;', 'process.env', environment],
  ['export const home = process?.env;', 'process.env', environment],
  ['const { env } = process; export { env };', 'process.env', environment],
  ["import { env } from 'node:process'; export { env };", 'process.env', environment],
  ["export const answer = fetch('/v1');", 'fetch', network],
  ['export const send = { fetch };', 'fetch', network],
  ["import { fetch } from 'undici'; export { fetch };", 'undici.fetch', network],
  ["console.warn('x');", 'console.warn', print],
  ["process.stderr.write('x');", 'process.stderr', print],
  ['process.exit(1);', 'process.exit', exit],
  ['process.exitCode = 2;', 'process.exitCode', exit],
  ['setInterval(() => 1, 5);', 'setInterval', interval],
];

describe('banned calls', () => {
  it('leaves each call alone in its own place, in tests and outside the product', () => {
    expect(complaintsAbout(clean)).toEqual([]);
  });

  it.each(trespasses)('catches %s', (code, call, why) => {
    expectCaught({
      clean: { 'packages/engine/package.json': '{"dependencies":{"undici":"1"}}' },
      planted: { [calls]: source('export const before = 1;', code) },
      says: [`${calls}:3: \`${call}\` ${why}`],
    });
  });
});
