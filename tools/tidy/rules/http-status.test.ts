import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const path = 'packages/server/src/gateway/index.ts';
const statuses = source('export const isFine = (reply: { status: number }) => reply.status === 200;');
const clean = {
  [path]: source(
    'export const limits = { bytes: 400, status: "ready", port: 404 };',
    'export const isLong = (text: string) => text.length > 400;',
    'export const fail = (reply: { code(value: number): void }, row: { status: number }) => reply.code(row.status);',
    'export const isOdd = (statuses: number) => statuses === 404 || [404].includes(statuses);',
  ),
  'packages/server/src/http/index.ts': statuses,
  'packages/simulator/src/faults.ts': statuses,
  'packages/engine/src/providers/transport/exchange.ts': statuses,
  'packages/core/src/dialects/shared-codes.ts': statuses,
  'bench/relay.ts': statuses,
  'packages/server/src/gateway/answer.test.ts': 'export const answer = { status: 404 };\n',
};

const uses: readonly (readonly [code: string, status: number])[] = [
  ['export const isBusy = (reply: { status: number }) => reply.status === 429;', 429],
  [
    'export const isBad = (reply?: { statusCode: number }) => 500 <= (reply?.statusCode ?? 0) || reply?.statusCode === 500;',
    500,
  ],
  ['export const answer = { status: 404, body: 1 };', 404],
  ['export const fail = (reply: { code(value: number): void }) => reply.code(502);', 502],
  ['export const fail = (reply: { writeHead(value: number): void }) => reply.writeHead(503);', 503],
  [
    'export function name(status: number) { switch (status) { case 401: return 1; default: return 2; } }',
    401,
  ],
];

describe('http statuses', () => {
  it('leaves other numbers alone, and statuses in the rooms that own them', () => {
    expect(complaintsAbout(clean)).toEqual([]);
  });

  it.each(uses)('catches %s', (code, status) => {
    expectCaught({
      clean,
      planted: { [path]: source('', code) },
      says: [
        `${path}:3: the HTTP status ${status} is decided here; use a code of the error table, whose row has the status, or move this to server/src/http.`,
      ],
    });
  });
});
