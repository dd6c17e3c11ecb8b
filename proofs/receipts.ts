/**
 * `npm run prove:receipts`: receipts of real storage are exported and changed in every way that comes to mind: bytes, lines and
 * batches, removed, turned, doubled, forked. Verification must find each change and say where it is. `--plant NAME` breaks the
 * verification, which must be found; `--small` takes fewer receipts. One JSON line per case; the exit code tells of violations.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  canonicalJson,
  type ReceiptFault,
  type ReceiptKey,
  type ReceiptProof,
  verifyExport,
  verifyReceipt,
} from '@keelson/core';
import {
  createIds,
  createReceiptIssuer,
  exportReceipts,
  holdSigningKey,
  nodeCrypto,
  openStorage,
  proveReceipt,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { sampleRecord } from '../bench/records/sample.ts';
import { createDice, type Dice } from './receipts/dice.ts';

const plants = ['blind-to-paths', 'blind-to-order', 'any-signature'] as const;
type Plant = (typeof plants)[number];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    mutations: { type: 'string' },
    small: { type: 'boolean' },
    plant: { type: 'string' },
  },
});
const plant: Plant | undefined = plants.find((name) => name === values.plant);
if (values.plant !== undefined && plant === undefined) throw new Error(`--plant knows ${plants.join(', ')}.`);
const mutations = Number(values.mutations ?? (values.quick === true ? 2500 : 10_000));

/** Of the batches of each log; two of one size beside each other can change places. */
const sizes = values.small === true ? [1, 2, 3, 3, 2] : [1, 2, 3, 3, 5, 8, 8, 13];

interface Exported {
  readonly lines: readonly string[];
  readonly keys: readonly ReceiptKey[];
  readonly proofs: readonly ReceiptProof[];
}

/** Two logs with batches of several sizes, out of a real database. */
async function issueSome(): Promise<Exported> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-prove-receipts-'));
  const target = { kind: 'sqlite', path: join(folder, 'keelson.db') } as const;
  const storage = await openStorage(target, { clock: systemClock, log: silentLog });
  try {
    const newId = createIds(systemClock, systemRandom);
    const keys = await holdSigningKey({
      folder,
      storage: storage.receipts,
      clock: systemClock,
      log: silentLog,
    });
    const settings = { storage: storage.receipts, keys, clock: systemClock, log: silentLog, newId };
    const issuers = [createReceiptIssuer(settings), createReceiptIssuer(settings)];
    let made = 0;
    for (const size of sizes) {
      for (const issuer of issuers) {
        for (let at = 0; at < size; at++) issuer.issue({ ...sampleRecord(made++), id: newId() });
        await issuer.flush();
      }
    }
    for (const issuer of issuers) await issuer.close();
    const lines: string[] = [];
    for await (const line of exportReceipts(storage.receipts)) lines.push(line);
    const { ids } = await storage.receipts.listIds({ limit: 20 });
    const proofs = await Promise.all(ids.map((id) => proveReceipt(storage.receipts, id)));
    return {
      lines,
      keys: await storage.receipts.listKeys(),
      proofs: proofs.filter((proof) => proof !== undefined),
    };
  } finally {
    await storage.close();
    rmSync(folder, { recursive: true });
  }
}

const crypto = plant === 'any-signature' ? { ...nodeCrypto, verifySignature: () => true } : nodeCrypto;

async function faultsOf(
  lines: readonly string[],
  keys: readonly ReceiptKey[],
): Promise<readonly ReceiptFault[]> {
  const { faults } = await verifyExport(lines, { keys, crypto });
  if (plant === 'blind-to-paths') return faults.filter(({ problem }) => problem !== 'path_changed');
  if (plant === 'blind-to-order')
    return faults.filter(({ problem }) => !/^(?:reordered|duplicated|missing)_/.test(problem));
  return faults;
}

interface Verdict {
  readonly case: string;
  readonly tried: number;
  readonly violations: number;
  readonly example?: string;
}

/** Some byte of some line of a head or of a receipt, path included, becomes another. */
async function mutateBytes({ lines, keys }: Exported, dice: Dice): Promise<Verdict> {
  const first = 1 + keys.length;
  let violations = 0;
  let example: string | undefined;
  for (let round = 0; round < mutations; round++) {
    const at = first + dice(lines.length - 1 - first);
    const bytes = Buffer.from(lines[at] as string);
    const place = placeIn(lines[at] as string, dice);
    bytes[place] = otherByte(bytes[place] as number, dice);
    const changed = [...lines.slice(0, at), ...bytes.toString('utf8').split('\n'), ...lines.slice(at + 1)];
    const faults = await faultsOf(changed, keys);
    // Two lines, where the byte became the end of one.
    const isNamed = faults.some(({ where }) => new RegExp(`line (?:${at + 1}|${at + 2})\\b`).test(where));
    if (isNamed) continue;
    violations += 1;
    example ??= `line ${at + 1}, byte ${place}: ${faults.map(({ where }) => where).join('; ') || 'no fault'}`;
  }
  return {
    case: 'bytes of an export',
    tried: mutations,
    violations,
    ...(example !== undefined && { example }),
  };
}

/** Receipts are long, paths and signatures are short: a third of the changes goes to those. */
function placeIn(line: string, dice: Dice): number {
  const mark = line.startsWith('{"head"') ? '"signature":"' : '"path":[';
  const from = line.indexOf(mark) + mark.length;
  if (dice(3) > 0) return dice(Buffer.byteLength(line));
  const end = line.indexOf(mark.endsWith('[') ? ']' : '"', from);
  return from + dice(end - from + 1);
}

/** Half of what is changed can be read as before: only a hash or a signature tells. */
function otherByte(byte: number, dice: Dice): number {
  const isWord = /[\w-]/.test(String.fromCharCode(byte));
  if (!isWord || dice(2) === 0) return (byte + 1 + dice(255)) % 256;
  const others = '0123456789abcdef'.replace(String.fromCharCode(byte), '');
  return others.charCodeAt(dice(others.length));
}

async function mutateProofs({ proofs, keys }: Exported, dice: Dice): Promise<Verdict> {
  const tried = Math.ceil(mutations / 5);
  let violations = 0;
  for (let round = 0; round < tried; round++) {
    const bytes = Buffer.from(canonicalJson(proofs[dice(proofs.length)]));
    const place = dice(bytes.length);
    bytes[place] = otherByte(bytes[place] as number, dice);
    const { isValid, faults } = await verifyReceipt(bytes.toString('utf8'), { keys, crypto });
    if (isValid || faults.some(({ where }) => where === '')) violations += 1;
  }
  return { case: 'bytes of a proof', tried, violations };
}

/** The lines of batches, each with its receipts. */
function batchesOf(lines: readonly string[], keys: number): readonly (readonly string[])[] {
  const batches: string[][] = [];
  for (const line of lines.slice(1 + keys, -1)) {
    if (line.startsWith('{"head"')) batches.push([line]);
    else batches.at(-1)?.push(line);
  }
  return batches;
}

type Change = (lines: readonly string[], from: number, size: number) => readonly string[];

/** What is done to a run of lines, and what it must be called. The end is written anew, as somebody with intent would. */
const changes: readonly (readonly [name: string, problem: RegExp, change: Change])[] = [
  ['removed', /^missing_/, (lines, from, size) => lines.toSpliced(from, size)],
  [
    'doubled',
    /^duplicated_/,
    (lines, from, size) => lines.toSpliced(from, 0, ...lines.slice(from, from + size)),
  ],
  ['moved', /^(?:reordered|missing)_/, (lines, from, size) => moved(lines, from, size)],
];

function moved(lines: readonly string[], from: number, size: number): readonly string[] {
  const rest = lines.toSpliced(from, size);
  return rest.toSpliced(from - size, 0, ...lines.slice(from, from + size));
}

async function changeRuns(exported: Exported, what: 'receipts' | 'batches'): Promise<Verdict[]> {
  const { lines, keys } = exported;
  const verdicts: Verdict[] = [];
  for (const [name, problem, change] of changes) {
    let tried = 0;
    let violations = 0;
    for (const { from, size } of runsOf(exported, what, name)) {
      const changed = closed(change(lines.slice(0, -1), from, size));
      const faults = await faultsOf(changed, keys);
      tried += 1;
      if (!faults.some((fault) => problem.test(fault.problem))) violations += 1;
    }
    verdicts.push({ case: `${what} ${name}`, tried, violations });
  }
  return verdicts;
}

/** Where a receipt stands, or a batch, that can be removed, doubled, or put before the one in front of it. */
function runsOf({ lines, keys }: Exported, what: string, change: string): { from: number; size: number }[] {
  const runs: { from: number; size: number }[] = [];
  let at = 1 + keys.length;
  const batches = batchesOf(lines, keys.length);
  for (const [number, batch] of batches.entries()) {
    const before = batches[number - 1]?.length ?? 0;
    const isLast = logOf(batches[number + 1]) !== logOf(batch);
    const canMove = logOf(batches[number - 1]) === logOf(batch) && before === batch.length;
    if (what === 'batches') {
      // Of the last batch of a log only an anchor tells that it is gone.
      if (change === 'removed' ? !isLast : change !== 'moved' || canMove)
        runs.push({ from: at, size: batch.length });
    } else {
      for (let index = change === 'moved' ? 2 : 1; index < batch.length; index++)
        runs.push({ from: at + index, size: 1 });
    }
    at += batch.length;
  }
  return runs;
}

function logOf(batch: readonly string[] | undefined): string | undefined {
  return batch === undefined ? undefined : /"log":"([^"]+)"/.exec(batch[0] as string)?.[1];
}

function closed(lines: readonly string[]): string[] {
  const batches = lines.filter((line) => line.startsWith('{"head"')).length;
  const receipts = lines.filter((line) => line.startsWith('{"index"')).length;
  return [...lines, JSON.stringify({ batches, receipts, type: 'end' })];
}

const dice = createDice(11);
const exported = await issueSome();
const untouched = await faultsOf(exported.lines, exported.keys);
const verdicts: Verdict[] = [
  { case: 'as it was', tried: exported.lines.length, violations: untouched.length },
  await mutateBytes(exported, dice),
  await mutateProofs(exported, dice),
  ...(await changeRuns(exported, 'receipts')),
  ...(await changeRuns(exported, 'batches')),
];
for (const verdict of verdicts) {
  // What was never tried has proved nothing.
  const met = verdict.violations === 0 && verdict.tried > 0;
  process.stdout.write(`${JSON.stringify({ proof: 'receipts', ...verdict, met })}\n`);
  if (!met) process.exitCode = 1;
}
