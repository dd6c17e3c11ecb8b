/**
 * The estate of processes that died: what their journals say is charged, the rest of what they held goes back, and calls that
 * were cut off are told to whoever keeps records. Until then all that they held counts as spent.
 */
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import { holdProcessLock, type JournalledOf, type LeaseCharge, type Leases } from '../storage/index.ts';
import { lockName } from './journal.ts';
import { type JournalLine, parseLines, type ReservedLine, type SettledLine } from './journal-line.ts';

/** A call of a process that died. Without an outcome it was under way, and is charged at what was set aside for it. */
export interface RecoveredCall {
  readonly callId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As it was written before the call was sent. */
  readonly call: JsonObject;
  readonly outcome?: JsonObject;
}

export interface RecoveryDeps {
  readonly folder: string;
  /** Of this process, which is not dead. */
  readonly owner: string;
  readonly leases: Pick<Leases, 'settleEstate'>;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
  /** May come again for the same call when it is interrupted itself. */
  onRecovered(calls: readonly RecoveredCall[]): Promise<void>;
}

/** How many processes were reckoned with. */
export async function recoverDead(deps: RecoveryDeps): Promise<number> {
  const { folder, log } = deps;
  let found = 0;
  for (const name of readdirSync(folder)) {
    const owner = /^(.+)\.lock$/.exec(name)?.[1];
    if (owner === undefined || owner === deps.owner) continue;
    const lock = holdProcessLock(join(folder, name));
    if (lock === undefined) continue;
    try {
      await reckonWith(owner, deps);
      found += 1;
    } catch (error) {
      log.error('The estate of a process that died could not be settled yet.', { owner, error });
      continue;
    } finally {
      lock.release();
    }
    unlinkSync(join(folder, lockName(owner)));
  }
  return found;
}

async function reckonWith(owner: string, deps: RecoveryDeps): Promise<void> {
  const { folder, leases, clock, newId, onRecovered } = deps;
  const pieces = piecesOf(folder, owner);
  const estate = readEstate(pieces.map((path) => readFileSync(path)));
  const at = clock.now();
  await leases.settleEstate({
    owner,
    at,
    charges: (journalled) => chargesOf(estate, journalled),
    audit: (returned) => ({
      id: newId(),
      at,
      kind: 'recovered',
      subject: owner,
      detail: {
        interrupted: estate.interrupted.length,
        settled: estate.settled.length,
        spoiltLines: estate.spoilt,
        returned,
      },
    }),
  });
  // Told before the journal goes, so that a second death here only tells them twice.
  await onRecovered(recoveredCalls(estate));
  for (const path of pieces) unlinkSync(path);
}

function piecesOf(folder: string, owner: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${owner}.`) && name.endsWith('.journal'))
    .sort((a, b) => Number(a.split('.').at(-2)) - Number(b.split('.').at(-2)))
    .map((name) => join(folder, name));
}

export interface Estate {
  readonly interrupted: readonly ReservedLine[];
  readonly settled: readonly { readonly reserved: ReservedLine | undefined; readonly settled: SettledLine }[];
  readonly spoilt: number;
}

export function readEstate(pieces: readonly Buffer[]): Estate {
  const reserved = new Map<string, ReservedLine>();
  const settled = new Map<string, SettledLine>();
  let spoilt = 0;
  for (const bytes of pieces) {
    const read = parseLines(bytes);
    spoilt += read.spoilt;
    for (const line of read.lines) note(line, reserved, settled);
  }
  return {
    interrupted: [...reserved.values()].filter(({ callId }) => !settled.has(callId)),
    settled: [...settled.values()].map((line) => ({ reserved: reserved.get(line.callId), settled: line })),
    spoilt,
  };
}

/** The first of its kind counts: a call is settled once. */
function note(
  line: JournalLine,
  reserved: Map<string, ReservedLine>,
  settled: Map<string, SettledLine>,
): void {
  if (line.kind === 'reserved') {
    if (!reserved.has(line.callId)) reserved.set(line.callId, line);
  } else if (!settled.has(line.callId)) settled.set(line.callId, line);
}

/** What the windows do not know yet. */
export function chargesOf({ interrupted, settled }: Estate, journalled: JournalledOf): LeaseCharge[] {
  const charges = new Map<string, { -readonly [Field in keyof LeaseCharge]: LeaseCharge[Field] }>();
  const charge = (budgetId: string, startsAt: number, amount: number, overshoot: number): void => {
    const key = `${startsAt} ${budgetId}`;
    const sum = charges.get(key) ?? { budgetId, startsAt, settled: 0, overshoot: 0 };
    sum.settled += amount;
    sum.overshoot += overshoot;
    charges.set(key, sum);
  };
  for (const { shares } of interrupted)
    for (const { budgetId, startsAt, amount } of shares) charge(budgetId, startsAt, amount, 0);
  for (const { reserved, settled: line } of settled) {
    for (const [index, { budgetId, startsAt, amount }] of line.shares.entries()) {
      if (line.number <= journalled(budgetId, startsAt)) continue;
      const setAside = reserved?.shares[index]?.amount ?? amount;
      charge(budgetId, startsAt, amount, Math.max(0, amount - setAside));
    }
  }
  return [...charges.values()];
}

function recoveredCalls({ interrupted, settled }: Estate): RecoveredCall[] {
  return [
    ...settled.flatMap(({ reserved, settled: { callId, outcome } }) =>
      reserved === undefined ? [] : [{ callId, at: reserved.at, call: reserved.call, outcome }],
    ),
    ...interrupted.map(({ callId, at, call }) => ({ callId, at, call })),
  ];
}
