/**
 * `npm run bench:receipts`: how long 100,000 receipts take to verify, as an export and by their own paths, and what issuing costs a
 * call in the gateway's thread and in all threads, the hashes of both bodies included. One JSON line per case on stdout.
 */
import { createHash, hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReceiptKey, verifyExport, verifyReceipt } from '@keelson/core';
import {
  type CallRecord,
  createIds,
  createReceiptIssuer,
  exportReceipts,
  holdSigningKey,
  nodeCrypto,
  openStorage,
  proveReceipt,
  type Storage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { sampleRecord } from './records/sample.ts';

const isQuick = process.argv.includes('--quick');
const goalReceipts = 100_000;
const receipts = isQuick ? 25_600 : goalReceipts;
const rounds = isQuick ? 5 : 9;
const perRound = 2048;
const goals = { verifySeconds: 2, issueUs: 10 } as const;
const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);
const newId = createIds(systemClock, systemRandom);

let made = 0;
const makeRecord = (): CallRecord => ({ ...sampleRecord(made++), id: newId() });
/** Of the length that most calls have. */
const requestBody = JSON.stringify({
  model: 'fast',
  messages: [{ role: 'user', content: 'word '.repeat(150) }],
});
const answerBody = JSON.stringify({ id: 'x', choices: [{ message: { content: 'word '.repeat(150) } }] });

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(line: {
  readonly case: string;
  readonly met: boolean;
  readonly [figure: string]: unknown;
}): void {
  process.stdout.write(`${JSON.stringify({ bench: 'receipts', ...line })}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'keelson-bench-receipts-'));
const storage = await openStorage(
  { kind: 'sqlite', path: join(folder, 'keelson.db') },
  { clock: systemClock, log: silentLog },
);
try {
  const held = await holdSigningKey({
    folder,
    storage: storage.receipts,
    clock: systemClock,
    log: silentLog,
  });
  const issuer = createReceiptIssuer({
    storage: storage.receipts,
    keys: held,
    clock: systemClock,
    log: silentLog,
    newId,
  });
  progress('issuing');
  const costs: { mainUs: number; totalUs: number; hashesUs: number }[] = [];
  const warmUps = 3;
  for (let round = -warmUps; round < rounds; round++) {
    const records = Array.from({ length: perRound }, makeRecord);
    const main = process.threadCpuUsage();
    const total = process.cpuUsage();
    for (const record of records) {
      issuer.issue(record, {
        requestSha256: hash('sha256', requestBody),
        responseSha256: hash('sha256', answerBody),
      });
    }
    await issuer.flush();
    const mainUs = (seconds(process.threadCpuUsage(main)) * 1e6) / perRound;
    const totalUs = (seconds(process.cpuUsage(total)) * 1e6) / perRound;
    const hashing = process.threadCpuUsage();
    for (let at = 0; at < perRound; at++) [hash('sha256', requestBody), hash('sha256', answerBody)].at(0);
    const hashesUs = (seconds(process.threadCpuUsage(hashing)) * 1e6) / perRound;
    if (round >= 0) costs.push({ mainUs, totalUs, hashesUs });
  }
  const mainUs = median(costs.map((cost) => cost.mainUs));
  print({
    case: 'issuing a receipt, bodies of 800 bytes',
    mainThreadUs: rounded(mainUs),
    totalUs: rounded(median(costs.map((cost) => cost.totalUs))),
    bodyHashesUs: rounded(median(costs.map((cost) => cost.hashesUs))),
    goal: `at most ${goals.issueUs} microseconds of the gateway's thread, a tenth of a call that passes`,
    met: mainUs <= goals.issueUs,
  });
  printStreamTap();
  progress(`storing ${receipts} receipts`);
  for (let count = perRound * (rounds + warmUps); count < receipts; count++) {
    issuer.issue(makeRecord());
    if (count % 10_000 === 0) await issuer.flush();
  }
  await issuer.flush();
  await issuer.close();
  await printVerifying(storage);
} finally {
  await storage.close();
  rmSync(folder, { recursive: true });
}

/** What a chunk of a stream costs more, because it is hashed as it passes. */
function printStreamTap(): void {
  const chunk = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ delta: { content: 'word ' } }] })}\n\n`.padEnd(200),
  );
  const chunks = 200_000;
  const digest = createHash('sha256');
  for (let at = 0; at < 20_000; at++) digest.update(chunk);
  const before = process.threadCpuUsage();
  for (let at = 0; at < chunks; at++) digest.update(chunk);
  const chunkUs = (seconds(process.threadCpuUsage(before)) * 1e6) / chunks;
  print({
    case: 'hashing a chunk of 200 bytes',
    mainThreadUs: rounded(chunkUs),
    goal: 'at most 1 microsecond',
    met: chunkUs <= 1,
  });
}

async function printVerifying({ receipts: stored }: Storage): Promise<void> {
  progress('exporting');
  const keys: readonly ReceiptKey[] = await stored.listKeys();
  const lines: string[] = [];
  for await (const line of exportReceipts(stored)) lines.push(line);
  progress('verifying');
  const times: number[] = [];
  const count = lines.length - keys.length - 2;
  for (let round = 0; round < (isQuick ? 3 : 5); round++) {
    const before = process.threadCpuUsage();
    const verdict = await verifyExport(lines, { keys, crypto: nodeCrypto });
    times.push((seconds(process.threadCpuUsage(before)) * goalReceipts) / verdict.receipts);
    if (!verdict.isValid) throw new Error(`The export is not valid: ${JSON.stringify(verdict.faults[0])}`);
  }
  const perGoal = Math.min(...times);
  print({
    case: `verifying ${goalReceipts} receipts of an export`,
    tried: count,
    cpuSeconds: rounded(perGoal),
    slowestCpuSeconds: rounded(Math.max(...times)),
    bytesPerReceipt: Math.round(lines.reduce((sum, { length }) => sum + length, 0) / count),
    goal: `at most ${goals.verifySeconds} seconds of one core`,
    met: perGoal <= goals.verifySeconds,
  });
  const [id = ''] = (await stored.listIds({ limit: 1 })).ids;
  const proof = await proveReceipt(stored, id);
  if (proof === undefined) throw new Error('A receipt that was issued is not there.');
  const before = process.cpuUsage();
  const single = 500;
  for (let at = 0; at < single; at++) await verifyReceipt(proof, { keys, crypto: nodeCrypto });
  const singleUs = (seconds(process.cpuUsage(before)) * 1e6) / single;
  print({
    case: 'verifying one receipt by its path',
    cpuUs: rounded(singleUs),
    goal: 'at most 1 millisecond',
    met: singleUs <= 1000,
  });
}
