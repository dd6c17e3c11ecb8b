/** What every storage does with conversations; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { Conversation, NewMessage } from './conversations.ts';
import { dayMs } from './days.ts';
import type { Storage } from './open-storage.ts';

const make = (id: string, more: Partial<Conversation> = {}): Conversation => ({
  id,
  workspace: 'talk',
  settings: { temperature: 0.2 },
  logging: 'full',
  retentionDays: 30,
  createdAt: noon,
  createdBy: 'key_1',
  updatedAt: noon,
  expiresAt: noon + 30 * dayMs,
  messages: 0,
  inputTokens: 0,
  outputTokens: 0,
  ...more,
});

const said = (content: string, more: Partial<NewMessage> = {}): NewMessage => ({
  role: 'user',
  content,
  contentSha256: 'c'.repeat(64),
  ...more,
});

export function describeConversations(storageNow: () => Storage, setNow: (at: number) => void): void {
  describe('conversations', () => {
    const talk = (id: string) => ({ workspace: 'talk', id });

    it('come back as they went in, in their workspace only', async () => {
      const { conversations } = storageNow();
      const whole = make('conv_1', { title: 'a title', systemPrompt: 'Be.', modelAlias: 'fast' });
      await conversations.insert(whole);
      await conversations.insert(make('conv_2'));
      expect(await conversations.find('talk', 'conv_1')).toEqual(whole);
      expect(await conversations.find('elsewhere', 'conv_1')).toBeUndefined();
      const ids = async (more: object) =>
        (await conversations.list({ workspace: 'talk', limit: 1, ...more })).map(({ id }) => id);
      expect([await ids({}), await ids({ before: 'conv_2' })]).toEqual([['conv_2'], ['conv_1']]);
    });

    it('number their messages without gaps, whoever adds at once, and count what was used', async () => {
      const { conversations } = storageNow();
      await conversations.insert(make('conv_many'));
      const tool = { toolCalls: [{ name: 'look' }], inputTokens: 3, outputTokens: 2 };
      await Promise.all(
        Array.from({ length: 5 }, (_, at) =>
          conversations.append(talk('conv_many'), [said(`a${at}`), said('b', tool)], noon),
        ),
      );
      const { messages, inputTokens, outputTokens } = (await conversations.find('talk', 'conv_many'))!;
      expect([messages, inputTokens, outputTokens]).toEqual([10, 15, 10]);
      const read = await conversations.messages({ conversation: 'conv_many', after: 2, limit: 100 });
      expect(read.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
      expect(read[1]).toEqual({ ...said('b', tool), conversation: 'conv_many', seq: 4, at: noon });
      const elsewhere = { workspace: 'elsewhere', id: 'conv_many' };
      expect(await conversations.append(elsewhere, [said('x')], noon)).toBeUndefined();
    });

    it.each(['metadata', 'none'] as const)('keep no content with the logging %s', async (logging) => {
      const { conversations } = storageNow();
      const id = `conv_${logging}`;
      await conversations.insert(make(id, { logging, systemPrompt: 'secret-text' }));
      await conversations.append(talk(id), [said('secret-text', { toolCalls: ['secret-text'] })], noon);
      await conversations.insert(make(`${id}_later`, { systemPrompt: 'secret-text' }));
      await conversations.append(talk(`${id}_later`), [said('secret-text')], noon);
      const changed = await conversations.update(talk(`${id}_later`), { logging }, noon);
      expect(changed?.systemPrompt).toBeUndefined();
      for (const each of [id, `${id}_later`]) {
        const kept = await conversations.messages({ conversation: each, limit: 10 });
        expect(kept).toHaveLength(logging === 'none' ? 0 : 1);
        const whole = [kept, await conversations.find('talk', each)];
        expect(JSON.stringify(whole)).not.toContain('secret-text');
        expect(whole[1]).toMatchObject({ messages: 1 });
      }
    });

    it('lose messages that are old, and go when their time is over', async () => {
      const { conversations, retention } = storageNow();
      await conversations.insert(make('conv_old', { retentionDays: 2, expiresAt: noon + 2 * dayMs }));
      await conversations.append(talk('conv_old'), [said('one')], noon);
      await conversations.append(talk('conv_old'), [said('two')], noon + dayMs);
      const left = async () =>
        (await conversations.messages({ conversation: 'conv_old', limit: 10 })).map(({ seq }) => seq);
      const sweepAt = async (at: number) => {
        setNow(at);
        await retention.sweep({ olderThan: 0 });
        setNow(noon);
      };
      await sweepAt(noon + 2 * dayMs);
      expect(await left()).toEqual([2]);
      const longer = await conversations.update(
        talk('conv_old'),
        { retentionDays: 5, title: 'x' },
        noon + dayMs,
      );
      expect(longer).toMatchObject({ title: 'x', expiresAt: noon + 6 * dayMs });
      await sweepAt(noon + 4 * dayMs);
      expect(await left()).toEqual([2]);
      expect(await conversations.removeMessages('conv_old', noon + dayMs)).toBe(0);
      expect(await conversations.removeMessages('conv_old', noon + dayMs + 1)).toBe(1);
      await conversations.append(talk('conv_old'), [said('three')], noon + dayMs);
      expect(await left()).toEqual([3]);
      await sweepAt(noon + 6 * dayMs);
      expect(await conversations.find('talk', 'conv_old')).toBeUndefined();
      expect(await left()).toEqual([]);
    });
  });
}
