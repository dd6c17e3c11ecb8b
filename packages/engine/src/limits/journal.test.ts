// The journal: what a killed process leaves behind is read again, wherever its last write was cut, and what cannot be written
// is never sent.
import {
  appendFileSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { openStorage } from '../storage/index.ts';
import { createFile } from './__fixtures__/databases.ts';
import {
  budget,
  createTestClock,
  granted,
  money,
  settle,
  TestProcess,
  tempFolder,
} from './__fixtures__/limits-kit.ts';
import { Journal, type JournalFiles, type JournalSettings } from './journal.ts';
import { parseLines } from './journal-line.ts';
import { chargesOf, readEstate } from './recover.ts';

let folder: ReturnType<typeof tempFolder>;
let journals: Journal[] = [];
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => {
  for (const journal of journals) journal.close(false);
  journals = [];
  folder.remove();
});

function open(more: Partial<JournalSettings> = {}): Journal {
  const journal = new Journal({
    folder: folder.path,
    owner: 'me',
    clock: createTestClock(),
    log: silentLog,
    sync: 1e9,
    ...more,
  });
  journals.push(journal);
  return journal;
}

const entry = (callId: string, amount: number, facts = '{}') => ({
  callId,
  at: 1,
  shares: `"b",0,${amount}`,
  facts,
});
const read = (): Buffer => readFileSync(join(folder.path, 'me.1.journal'));

describe('a journal', () => {
  it('holds what is set aside before anything else happens, and what was spent at the end of the turn', async () => {
    const journal = open();
    const piece = journal.reserved(entry('c1', 5, '{"name":"\\u00e4 \\n \\""}'));
    expect(readEstate([read()]).interrupted).toMatchObject([
      { callId: 'c1', shares: [{ budgetId: 'b', startsAt: 0, amount: 5 }], call: { name: 'ä \n "' } },
    ]);
    journal.settled(piece, entry('c1', 3));
    await new Promise((resolve) => setImmediate(resolve));
    expect(readEstate([read()])).toMatchObject({
      interrupted: [],
      spoilt: 0,
      settled: [{ settled: { number: 2 } }],
    });
  });

  it('is readable for its owner only', () => {
    open().reserved(entry('c1', 1));
    expect(statSync(join(folder.path, 'me.1.journal')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'me.lock')).mode & 0o777).toBe(0o600);
  });

  it('cut at any byte tells all whole lines before, and charges nothing that was not sent', () => {
    const journal = open();
    const pieces = [1, 2, 3].map((call) => journal.reserved(entry(`c${call}`, 10 * call, '{"n":"ü"}')));
    journal.settled(pieces[0]!, entry('c1', 4));
    journal.settled(pieces[1]!, entry('c2', 25));
    journal.flush();
    const whole = read();
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    const charged = [0, 10, 30, 60, 54, 59];
    for (let length = 0; length <= whole.length; length += 1) {
      const estate = readEstate([whole.subarray(0, length)]);
      const lines = ends.filter((end) => end <= length).length;
      const [charge] = chargesOf(estate, () => 0);
      expect(charge?.settled ?? 0).toBe(charged[lines]);
      expect(charge?.overshoot ?? 0).toBe(lines === 5 ? 5 : 0);
      expect(estate.spoilt).toBe(length === 0 || ends.includes(length) ? 0 : 1);
    }
  });

  it('with any byte changed loses that line alone, and never makes up another', () => {
    const journal = open();
    for (let call = 1; call <= 4; call += 1) journal.reserved(entry(`c${call}`, call));
    const whole = read();
    const before = parseLines(whole).lines;
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ change;
        const { lines, spoilt } = parseLines(bytes);
        expect(spoilt).toBeGreaterThan(0);
        expect(lines.length).toBeGreaterThanOrEqual(before.length - 2);
        for (const line of lines) expect(before).toContainEqual(line);
      }),
      { numRuns: 2000 },
    );
  });

  it('is passed over where bytes are no lines at all', () => {
    const journal = open();
    journal.reserved(entry('c1', 1));
    const path = join(folder.path, 'me.1.journal');
    appendFileSync(path, Buffer.from([0, 255, 10, 10, 7, 32, 49, 10]));
    journal.reserved(entry('c2', 2));
    expect(readEstate([readFileSync(path)])).toMatchObject({
      interrupted: [{ callId: 'c1' }, { callId: 'c2' }],
      spoilt: 2,
    });
  });

  it('goes on in another piece when one is long, and forgets pieces that are counted', () => {
    const journal = open({ pieceBytes: 200 });
    const first = journal.reserved(entry('c1', 1, JSON.stringify({ long: 'x'.repeat(300) })));
    journal.forget(0);
    expect(readdirSync(folder.path).sort()).toEqual(['me.1.journal', 'me.2.journal', 'me.lock']);
    const second = journal.reserved(entry('c2', 1, JSON.stringify({ long: 'x'.repeat(300) })));
    journal.settled(second, entry('c2', 1));
    journal.forget(journal.last);
    // The first still has a call under way, whose end stands in a later one.
    expect(readdirSync(folder.path)).toContain('me.1.journal');
    journal.settled(first, entry('c1', 1));
    journal.forget(journal.last - 1);
    expect(readdirSync(folder.path)).toContain('me.1.journal');
    journal.forget(journal.last);
    expect(readdirSync(folder.path)).not.toContain('me.1.journal');
  });

  it('takes the first end of a call that it was told twice', () => {
    const journal = open();
    const piece = journal.reserved(entry('c1', 10));
    journal.settled(piece, entry('c1', 3));
    journal.settled(piece, entry('c1', 9));
    journal.flush();
    expect(chargesOf(readEstate([read()]), () => 0)).toMatchObject([{ settled: 3 }]);
    expect(chargesOf(readEstate([read()]), () => 2)).toEqual([]);
  });
});

/** A disk with room for so many bytes, which takes what fits and then nothing more, as real ones do. */
function smallDisk(room: number): JournalFiles & { room: number } {
  const disk = {
    room,
    open: (path: string) => openSync(path, 'ax', 0o600),
    write: (file: number, bytes: Buffer) => {
      const fitting = bytes.subarray(0, disk.room);
      disk.room -= fitting.length;
      if (fitting.length > 0) writeSync(file, fitting);
      if (fitting.length === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return fitting.length;
    },
    cut: (file: number, size: number) => ftruncateSync(file, size),
  };
  return disk;
}

describe('a full disk', () => {
  it('refuses what is to be sent, keeps what was spent in memory, and writes it when there is room', () => {
    const disk = smallDisk(250);
    const journal = open({ files: disk });
    const pieces: ReturnType<Journal['reserved']>[] = [];
    for (;;) {
      try {
        pieces.push(journal.reserved(entry(`c${pieces.length}`, 10)));
      } catch (error) {
        expect(error).toMatchObject({ code: 'budget_unavailable' });
        break;
      }
    }
    expect(pieces.length).toBeGreaterThan(2);
    // No half line stays behind.
    expect(readEstate([read()])).toMatchObject({ spoilt: 0, interrupted: { length: pieces.length } });
    journal.settled(pieces[0]!, entry('c0', 4));
    disk.room = 0;
    expect(() => journal.flush()).toThrow('cannot be written');
    expect(() => journal.reserved(entry('later', 1))).toThrow('cannot be written');
    disk.room = 1e6;
    journal.reserved(entry('later', 1));
    const { interrupted, settled, spoilt } = readEstate([read()]);
    expect(spoilt).toBe(0);
    expect(settled.map(({ settled: { callId } }) => callId)).toEqual(['c0']);
    expect(interrupted.map(({ callId }) => callId)).toContain('later');
  });

  it('is survived also where half a line cannot be taken back', () => {
    const disk = smallDisk(1000);
    disk.cut = () => {
      throw new Error('EIO');
    };
    const journal = open({ files: disk });
    journal.reserved(entry('c1', 1));
    disk.room = 10;
    expect(() => journal.reserved(entry('lost', 1))).toThrow('cannot be written');
    disk.room = 1000;
    journal.reserved(entry('c2', 1));
    expect(readEstate([read()])).toMatchObject({
      spoilt: 1,
      interrupted: [{ callId: 'c1' }, { callId: 'c2' }],
    });
  });

  it('lets a call be refused before anything is sent, and gives back what was set aside for it', async () => {
    const disk = smallDisk(1e6);
    const database = await createFile();
    const storage = await openStorage(database.target, { clock: systemClock, log: silentLog });
    const process = new TestProcess(storage, createTestClock(), folder.path, {
      journal: { folder: folder.path, sync: 1e9, files: disk },
    });
    await process.limits.ready;
    await process.limits.create(budget({ limit: money(1000) }));
    const first = await granted(process.ask('c1', 100));
    disk.room = 0;
    settle(first, 60);
    await new Promise((resolve) => setImmediate(resolve));
    for (let call = 0; call < 30; call += 1) {
      await expect((async () => process.ask(`full ${call}`, 100))()).rejects.toMatchObject({
        code: 'budget_unavailable',
      });
    }
    disk.room = 1e6;
    settle(await granted(process.ask('c2', 940)), 940);
    await process.limits.close();
    expect((await storage.budgets.windows('b', 1))[0]).toMatchObject({ settled: 1000, leased: 0 });
    await storage.close();
    await database.remove();
  });
});
