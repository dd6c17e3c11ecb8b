/** What every storage does with the audit log, and how it tells that somebody has been at it; a part of its contract. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@keelson/core';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import { type AuditLogEntry, type AuditLogListing, exportAuditLog, type NewAuditLogEntry } from './audit.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Storage } from './open-storage.ts';

const entryOf = (organisation: string, more: Partial<NewAuditLogEntry> = {}): NewAuditLogEntry => ({
  organisation,
  at: noon,
  actor: 'key_1',
  actorKind: 'key',
  action: 'keys.create',
  details: { name: 'one' },
  ...more,
});

export function describeAuditLog(now: () => { storage: Storage; opened: OpenDatabase }): void {
  describe('the audit log', () => {
    const run = (statement: string) => now().opened.db.executeQuery(CompiledQuery.raw(statement));
    const fill = async (organisation: string, count: number): Promise<AuditLogEntry[]> => {
      const entries: AuditLogEntry[] = [];
      for (let index = 0; index < count; index++) {
        entries.push(await now().storage.audit.append(entryOf(organisation, { details: { index } })));
      }
      return entries;
    };

    it('chains the entries of each organisation by hashes that anybody can make', async () => {
      const { audit } = now().storage;
      const first = await audit.append(entryOf('chained', { address: '::1', target: 'key_2' }));
      await audit.append(entryOf('other'));
      const second = await audit.append(entryOf('chained'));
      expect(first).toEqual({
        ...entryOf('chained', { address: '::1', target: 'key_2' }),
        seq: 1,
        previousHash: '0'.repeat(64),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(second).toMatchObject({ seq: 2, previousHash: first.hash });
      for (const { hash, ...rest } of [first, second]) {
        expect(createHash('sha256').update(canonicalJson(rest)).digest('hex')).toBe(hash);
      }
      expect(await audit.verify('chained')).toEqual({ entries: 2, head: second.hash });
      expect(await audit.verify('nobody')).toEqual({ entries: 0, head: '0'.repeat(64) });
    });

    it('keeps texts that databases stumble over, and verifies them', async () => {
      const { audit } = now().storage;
      const awkward = `a\0b "quoted' \\ %_ ${String.fromCodePoint(0x1f99d)} \u2028 \ud800`;
      const whole = awkward.replace('\ud800', '\uFFFD');
      const texts = {
        actor: awkward,
        actorKind: awkward,
        address: awkward,
        action: awkward,
        target: awkward,
      };
      const kept = await audit.append(
        entryOf('awkward', { ...texts, details: { [awkward]: [awkward, null, 0.1, { a: true }] } }),
      );
      const { entries } = await audit.page({ organisation: 'awkward' });
      expect(entries).toEqual([kept]);
      expect(kept.actor).toBe(whole.replace('\0', '\uFFFD'));
      expect(kept.details).toEqual({
        [whole]: [whole, null, 0.1, { a: true }],
      });
      expect(await audit.verify('awkward')).toEqual({ entries: 1, head: kept.hash });
      expect(
        (await audit.page({ organisation: 'awkward', filters: { target: awkward } })).entries,
      ).toHaveLength(1);
    });

    it('has one chain, whoever writes to it at once', async () => {
      const { audit } = now().storage;
      const writers = Array.from({ length: 40 }, (_, index) =>
        audit.append(entryOf('crowd', { at: noon + index })),
      );
      const seqs = (await Promise.all(writers)).map(({ seq }) => seq);
      expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs.map((_, index) => index + 1));
      expect(await audit.verify('crowd')).toMatchObject({ entries: 40 });
    });

    it('is listed by time, page by page, and by who did what to what', async () => {
      const { audit } = now().storage;
      const actions = ['keys.create', 'keys.revoke', 'keysmith.hire', 'budgets.update'];
      const entries: AuditLogEntry[] = [];
      for (let index = 0; index < 24; index++) {
        const action = actions[index % 4]!;
        // Clocks of processes differ: two of three are in order.
        const at = noon + (index % 3 === 2 ? index - 5 : index);
        const who = { actor: `key_${index % 5}`, target: `target_${index % 6}` };
        entries.push(await audit.append(entryOf('listed', { at, action, ...who })));
      }
      const newest = entries.toSorted((a, b) => b.at - a.at || b.seq - a.seq);
      const read = async (filters: AuditLogListing['filters'] = {}, limit = 5): Promise<AuditLogEntry[]> => {
        const all: AuditLogEntry[] = [];
        for (let next: number | undefined; ; ) {
          const page = await audit.page({
            organisation: 'listed',
            filters,
            limit,
            ...(next && { before: next }),
          });
          all.push(...page.entries);
          next = page.next;
          if (next === undefined) return all;
        }
      };
      expect(await read()).toEqual(newest);
      expect(await read({}, 24)).toEqual(newest);
      const cases: [AuditLogListing['filters'], (entry: AuditLogEntry) => boolean][] = [
        [{ actor: 'key_2' }, ({ actor }) => actor === 'key_2'],
        [{ target: 'target_3' }, ({ target }) => target === 'target_3'],
        [
          { actor: 'key_2', target: 'target_1' },
          ({ actor, target }) => actor === 'key_2' && target === 'target_1',
        ],
        [{ action: 'keys.' }, ({ action }) => action.startsWith('keys.')],
        [{ action: 'keys' }, ({ action }) => action.startsWith('keys')],
        [
          { action: 'keys.create', actor: 'key_0' },
          ({ action, actor }) => action === 'keys.create' && actor === 'key_0',
        ],
        [{ action: '%' }, () => false],
        [{ from: noon + 5, to: noon + 9 }, ({ at }) => at >= noon + 5 && at < noon + 9],
      ];
      for (const [filters, matches] of cases) expect(await read(filters, 2)).toEqual(newest.filter(matches));
      const refused = { code: 'invalid_request' };
      await expect(audit.page({ organisation: 'listed', before: 99 })).rejects.toMatchObject(refused);
      await expect(audit.page({ organisation: 'listed', limit: 0 })).rejects.toMatchObject(refused);
    });

    it('is exported in the order of its chain, and verified beyond one reading', async () => {
      const { audit } = now().storage;
      const head = (await fill('long', 620)).at(-1)!;
      const seqs: number[] = [];
      for await (const { seq } of exportAuditLog(audit, 'long')) seqs.push(seq);
      expect(seqs).toEqual(Array.from({ length: 620 }, (_, index) => index + 1));
      expect(await audit.verify('long')).toEqual({ entries: 620, head: head.hash });
    });

    it('stays when calls are removed', async () => {
      const { storage } = now();
      await storage.audit.append(entryOf('kept', { at: 1 }));
      await storage.retention.sweep({ olderThan: 1000 });
      expect(await storage.audit.verify('kept')).toMatchObject({ entries: 1 });
    });

    it('lets nobody change or remove an entry', async () => {
      await fill('closed', 2);
      for (const statement of [
        "update audit_log set actor = 'nobody' where organisation = 'closed'",
        "delete from audit_log where organisation = 'closed' and seq = 2",
      ]) {
        await expect(run(statement)).rejects.toThrow('neither changed nor removed');
      }
      expect(await now().storage.audit.verify('closed')).toMatchObject({ entries: 2 });
    });

    const wasChanged = 'It is not what its hash was made of.';
    const isMissing = 'It is missing.';
    const isForeign = 'It does not carry the hash of the entry before it.';
    it.each([
      ['another actor', 3, wasChanged, ["update audit_log set actor = 'me' where $ and seq = 3"]],
      ['another time', 1, wasChanged, ['update audit_log set at = at + 1 where $ and seq = 1']],
      ['other details', 2, wasChanged, [`update audit_log set details = '{"index": 1}' where $ and seq = 2`]],
      ['details that are none', 2, wasChanged, ["update audit_log set details = '{' where $ and seq = 2"]],
      [
        'a hash made anew',
        4,
        isForeign,
        ["update audit_log set actor = 'me' where $ and seq = 3", 'rehash 3'],
      ],
      [
        'the last hash made anew',
        5,
        'It is not the entry that was added.',
        ["update audit_log set actor = 'me' where $ and seq = 5", 'rehash 5'],
      ],
      ['one removed', 3, isMissing, ['delete from audit_log where $ and seq = 3']],
      ['the first removed', 1, isMissing, ['delete from audit_log where $ and seq = 1']],
      [
        'the last removed',
        5,
        'It is missing, and so is all behind it.',
        ['delete from audit_log where $ and seq = 5'],
      ],
      [
        'one removed and the rest moved up',
        3,
        isForeign,
        [
          'delete from audit_log where $ and seq = 3',
          'update audit_log set seq = 3 where $ and seq = 4',
          'update audit_log set seq = 4 where $ and seq = 5',
        ],
      ],
      [
        'two swapped',
        2,
        isForeign,
        [
          'update audit_log set seq = 99 where $ and seq = 2',
          'update audit_log set seq = 2 where $ and seq = 3',
          'update audit_log set seq = 3 where $ and seq = 99',
        ],
      ],
      [
        'one of another organisation',
        2,
        isForeign,
        [
          'delete from audit_log where $ and seq = 2',
          "update audit_log set organisation = 'tampered', seq = 2 where organisation = 'donor' and seq = 4",
        ],
      ],
    ] as const)('names what is wrong after tampering: %s', async (name, brokenAt, reason, statements) => {
      const { storage, opened } = now();
      const organisation = `tampered ${name}`;
      const entries = await fill(organisation, 5);
      expect(await storage.audit.verify(organisation)).toEqual({ entries: 5, head: entries[4]!.hash });
      await fill('donor', 4);
      const lift =
        opened.gaps.name === 'sqlite'
          ? ['drop trigger if exists audit_log_no_update', 'drop trigger if exists audit_log_no_delete']
          : ['drop trigger if exists audit_log_no_change on audit_log'];
      for (const statement of lift) await run(statement);
      for (const statement of statements) {
        const again = /^rehash (\d)$/.exec(statement);
        if (again === null) {
          const where = statement.replace('$', `organisation = '${organisation}'`);
          await run(where.replace("'tampered'", `'${organisation}'`));
          continue;
        }
        const seq = Number(again[1]);
        const { hash: _, ...rest } = { ...entries[seq - 1]!, actor: 'me' };
        const hash = createHash('sha256').update(canonicalJson(rest)).digest('hex');
        await run(
          `update audit_log set hash = '${hash}' where organisation = '${organisation}' and seq = ${seq}`,
        );
      }
      const found = await storage.audit.verify(organisation);
      expect(found).toMatchObject({ entries: brokenAt - 1, brokenAt, reason });
      // Entries before it were changed only where their hashes were made anew.
      if (!statements.some((statement) => statement.startsWith('rehash'))) {
        expect(found.head).toBe(entries[brokenAt - 2]?.hash ?? '0'.repeat(64));
      }
    });
  });
}
