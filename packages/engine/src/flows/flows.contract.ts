/** What flows promise, on whichever database they are kept: one suite, run on each. */
import { type AnyBlock, all, debug, fail, type Json, loop, map, retry, seq, step } from '@keelson/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deps, type TestDatabase } from '../__fixtures__/index.ts';
import { approve, pause, prompt, waitFor } from '../blocks/index.ts';
import { systemClock } from '../observability/index.ts';
import type { RunState } from '../storage/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { echo, identity, inRun, openTestFlows, quick } from './__fixtures__/open-test-flows.ts';
import type { FlowNews, Flows } from './flows.ts';
import { breakpointEvent } from './run-journal.ts';

const patient = { timeout: 20_000, interval: 10 } as const;

const support = `
flow: support
description: Answers tickets.
entry: draft
nodes:
  draft:
    kind: prompt
    model: fast
    prompt: "Answer: {{text}}"
    maxOutputTokens: 50
    next: check
  check:
    kind: approve
    expiresInMs: 60000
`;

export function describeFlows(name: string, create: () => Promise<TestDatabase>): void {
  describe(`flows in ${name}`, () => {
    let database: TestDatabase;
    let storage: Storage;
    let opened: Flows[] = [];
    let named = 0;
    let workspace = '';

    beforeAll(async () => {
      database = await create();
      storage = await openStorage(database.target, deps);
    });
    beforeEach(() => {
      named += 1;
      workspace = `w${named}`;
    });
    afterEach(async () => {
      for (const flows of opened) await flows.close();
      opened = [];
    });
    afterAll(async () => {
      await storage?.close();
      await database?.remove();
    });

    const open = (...flows: readonly AnyBlock[]): Flows => {
      const one = openTestFlows(storage, { flows });
      opened.push(one);
      return one;
    };
    const start = async (flows: Flows, flow: string, payload: Json, more: object = {}) =>
      (await flows.start({ workspace, flow, payload, identity: { ...identity, workspace }, ...more })).run.id;
    const until = async (flows: Flows, id: string, state: RunState) => {
      await expect.poll(async () => (await flows.getRun(workspace, id)).state, patient).toBe(state);
      return flows.getRun(workspace, id);
    };
    const read = async (news: AsyncIterable<FlowNews>): Promise<FlowNews[]> => {
      const all: FlowNews[] = [];
      for await (const one of news) all.push(one);
      return all;
    };

    describe('files', () => {
      it('are kept by what is in them, told as the newest, and listed by name', async () => {
        const flows = open();
        const { flow, isNew } = await flows.put({ workspace, text: support, by: 'key_1' });
        expect(flow).toMatchObject({ name: 'support', description: 'Answers tickets.', createdBy: 'key_1' });
        expect(isNew).toBe(true);
        const again = await flows.put({ workspace, text: `# the same\n${support}` });
        expect(again).toMatchObject({ isNew: false, flow: { version: flow.version } });
        const changed = await flows.put({ workspace, text: support.replace('50', '60') });
        expect(changed.flow.version).not.toBe(flow.version);
        expect((await flows.get({ workspace, flow: 'support' })).version).toBe(changed.flow.version);
        expect(await flows.list({ workspace, limit: 5 })).toMatchObject([{ version: changed.flow.version }]);
        await expect(flows.get({ workspace: 'other', flow: 'support' })).rejects.toMatchObject({
          code: 'not_found',
        });
        await expect(flows.get({ workspace, flow: 'suport' })).rejects.toMatchObject({
          hint: 'Did you mean `support`?',
        });
      });

      it('are refused with every problem in its place', async () => {
        const flows = open();
        const text = 'flow: "a b/c"\nentry: nowhere\nnodes:\n  a: { kind: prompt }\n';
        const problems = await flows.check(workspace, text);
        expect(problems.map(({ path }) => path)).toEqual(expect.arrayContaining(['nodes.a.model', 'entry']));
        await expect(flows.put({ workspace, text })).rejects.toMatchObject({
          code: 'invalid_request',
          details: {
            problems: expect.arrayContaining([expect.objectContaining({ path: 'entry', line: 2 })]),
          },
        });
        await expect(
          flows.put({ workspace, text: support.replace('support', 'two words') }),
        ).rejects.toMatchObject({
          code: 'invalid_request',
        });
      });

      it('use each other in the version of the time when they were put', async () => {
        const flows = open();
        const inner = (word: string) =>
          `flow: inner\nentry: say\nnodes:\n  say: { kind: prompt, model: fast, prompt: "${word} {{$}}" }\n`;
        const outer = 'flow: outer\nentry: go\nnodes:\n  go: { kind: flow, use: inner }\n';
        await expect(flows.put({ workspace, text: outer })).rejects.toMatchObject({
          code: 'invalid_request',
        });
        await flows.put({ workspace, text: inner('one') });
        await flows.put({ workspace, text: outer });
        await flows.put({ workspace, text: inner('two') });
        await flows.remove(workspace, 'inner');
        await flows.openWorker(quick);
        const id = await start(flows, 'outer', 'x');
        expect(await until(flows, id, 'completed')).toMatchObject({
          output: 'one x',
          nanoDollars: 1000,
          calls: 1,
        });
      });
    });

    describe('runs', () => {
      it('go through a file, wait for a person, and end with what it said', async () => {
        const flows = open();
        await flows.put({ workspace, text: support });
        await flows.openWorker(quick);
        const id = await start(flows, 'support', { text: 'Help!' }, { key: 'k', budget: { dollars: '0.5' } });
        expect(await start(flows, 'support', { text: 'Help!' }, { key: 'k' })).toBe(id);
        const waiting = await until(flows, id, 'waiting');
        expect(waiting).toMatchObject({
          payload: { text: 'Help!' },
          startedBy: 'key_test',
          waits: [{ kind: 'approval' }],
        });
        const [approval] = await flows.listApprovals({ workspace, isOpen: true, limit: 5 });
        expect(approval).toMatchObject({ path: inRun('check~approval'), asked: 'Answer: Help!' });
        const verdict = { approval: { id: approval?.id ?? '' }, decision: 'approved', by: 'ann' } as const;
        await expect(flows.decide('other', verdict)).rejects.toMatchObject({ code: 'not_found' });
        const neither = flows.decide(workspace, { ...verdict, decision: 'perhaps' as 'approved' });
        await expect(neither).rejects.toMatchObject({ code: 'invalid_request' });
        await flows.decide(workspace, verdict);
        expect(await until(flows, id, 'completed')).toMatchObject({
          output: 'Answer: Help!',
          nanoDollars: 1000,
        });
        expect(await flows.listSteps(workspace, id, { limit: 9 })).toMatchObject([
          { path: '/root', state: 'done', nanoDollars: 1000 },
          { path: inRun('check'), output: 'Answer: Help!' },
          { path: inRun('check~approval'), kind: 'approval', output: { approved: true, by: 'ann' } },
          { path: inRun('draft'), nanoDollars: 1000 },
        ]);
        await expect(flows.getRun('other', id)).rejects.toMatchObject({ code: 'not_found' });
        await expect(flows.cancel('other', id, 'x')).rejects.toMatchObject({ code: 'not_found' });
        expect(await flows.listRuns({ workspace, flow: 'support', limit: 5 })).toHaveLength(1);
      });

      it('visit every finished node once, however often they go on', async () => {
        const seen: string[] = [];
        const count = (node: string) =>
          step(
            node,
            (value: number) => {
              seen.push(node);
              return value + 1;
            },
            { effects: 'idempotent' },
          );
        const pay = step('pay', (value: number) => {
          seen.push('pay');
          return value * 2;
        });
        const legs = all('legs', {
          a: seq('as', count('a1'), approve<number>('ok'), count('a2')),
          b: seq('bs', count('b1'), waitFor<number>('go', 'go')),
          c: pause<number>('nap', 30),
        });
        const flow = seq(
          'whole',
          count('first'),
          loop('twice', count('l'), { until: (n) => n >= 3, max: 5 }),
          pay,
          legs,
        );
        const flows = open(flow);
        await flows.openWorker(quick);
        const id = await start(flows, 'whole', 0);
        await expect.poll(async () => (await flows.getRun(workspace, id)).waits.length, patient).toBe(2);
        await flows.sendEvent(workspace, { runId: id, name: 'go', payload: { now: true } });
        await expect.poll(async () => (await flows.getRun(workspace, id)).waits.length, patient).toBe(1);
        const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
        await flows.decide(workspace, {
          approval: { token: approval?.token ?? '' },
          decision: 'approved',
          by: 'b',
        });
        expect(await until(flows, id, 'completed')).toMatchObject({
          output: { a: 8, b: { now: true }, c: 6 },
        });
        expect(seen.toSorted()).toEqual(['a1', 'a2', 'b1', 'first', 'l', 'l', 'pay']);
        expect((await flows.getRun(workspace, id)).passes).toBeGreaterThan(2);
      });

      it('fail with the failure of their node, and say what was spent', async () => {
        const ask = prompt('ask', { model: 'fast', maxOutputTokens: 10 });
        const broken = step(
          'broken',
          (): number => {
            throw fail('tool', 'no_stock', { item: 7 });
          },
          { effects: 'none' },
        );
        const flow = seq('failing', ask, broken.recover(retry({ maxAttempts: 2, on: ['tool'] })));
        const flows = open(flow);
        await flows.openWorker(quick);
        const id = await start(flows, 'failing', 'x');
        expect(await until(flows, id, 'failed')).toMatchObject({
          nanoDollars: 1000,
          failure: { reason: 'no_stock', errorType: 'tool', effect: 'done', details: { item: 7 } },
        });
        const news = await read(flows.follow(workspace, id));
        expect(news.at(-1)).toMatchObject({ kind: 'end', run: { state: 'failed' } });
        expect(news).toContainEqual(expect.objectContaining({ kind: 'note', name: 'recovery-start' }));
      });

      it('keep to a budget over all their passes, and are refused before they begin where it is too small', async () => {
        const ask = prompt('ask', { model: 'fast', maxOutputTokens: 100, maxInputBytes: 100 });
        const again = prompt('again', { model: 'fast', maxOutputTokens: 100, maxInputBytes: 100 });
        const flow = seq('costly', ask, approve<string>('ok'), again);
        const flows = open(flow);
        await flows.openWorker(quick);
        const budget = { dollars: '0.0000037', preflight: 'off' } as const;
        const id = await start(flows, 'costly', 'x', { budget });
        await until(flows, id, 'waiting');
        const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
        await flows.decide(workspace, {
          approval: { id: approval?.id ?? '' },
          decision: 'approved',
          by: 'b',
        });
        // The first call spent 1,000 of 3,700 nano-dollars; the second may cost more than what is left.
        expect(await until(flows, id, 'failed')).toMatchObject({ failure: { reason: 'budget_exceeded' } });
        const refused = start(flows, 'costly', 'x', { budget: { dollars: '0.000001', preflight: 'max' } });
        await expect(refused).rejects.toMatchObject({ code: 'budget_exhausted' });
      });

      it('say no where a person says no, and where nobody answers in time', async () => {
        const flows = open(
          approve<string>('ask', { expiresInMs: 60_000 }),
          approve<string>('hurry', { expiresInMs: 1 }),
        );
        await flows.openWorker(quick);
        const id = await start(flows, 'ask', 'x');
        await until(flows, id, 'waiting');
        const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
        await flows.decide(workspace, {
          approval: { id: approval?.id ?? '' },
          decision: 'rejected',
          by: 'b',
          note: 'no',
        });
        expect(await until(flows, id, 'failed')).toMatchObject({
          failure: { reason: 'approval_denied', details: { by: 'b', note: 'no' }, effect: 'not_started' },
        });
        const late = await start(flows, 'hurry', 'x');
        expect(await until(flows, late, 'failed')).toMatchObject({ failure: { reason: 'approval_expired' } });
      });

      it('fail where an event does not come in time, and where an output cannot be kept', async () => {
        const late = waitFor<number>('late', 'go', { expiresInMs: 1 });
        const huge = step('huge', () => 10n, { effects: 'idempotent' });
        const flows = open(late, huge);
        await flows.openWorker(quick);
        for (const [flow, reason] of [
          ['late', 'event_timeout'],
          ['huge', 'output_not_kept'],
        ] as const)
          expect(await until(flows, await start(flows, flow, 1), 'failed')).toMatchObject({
            failure: { reason },
          });
      });

      it('stop at a breakpoint, and go on when somebody says so', async () => {
        let isMended = false;
        const shaky = step(
          'shaky',
          () => {
            if (!isMended) throw fail('tool', 'broken');
            return 'mended';
          },
          { effects: 'idempotent' },
        );
        const flows = open(seq('breaking', shaky.recover(debug())));
        await flows.openWorker(quick);
        const id = await start(flows, 'breaking', 1);
        const { waits } = await until(flows, id, 'waiting');
        expect(waits).toMatchObject([{ kind: 'event', subject: breakpointEvent(inRun('shaky')) }]);
        isMended = true;
        await flows.sendEvent(workspace, { runId: id, name: breakpointEvent(inRun('shaky')), payload: null });
        expect(await until(flows, id, 'completed')).toMatchObject({ output: 'mended' });
      });

      it('do nothing where an approval was changed in the database', async () => {
        const flows = open(
          seq(
            'sealed',
            approve<string>('ok'),
            step('act', () => 'acted', { effects: 'idempotent' }),
          ),
        );
        await flows.openWorker(quick);
        const id = await start(flows, 'sealed', 'x');
        await until(flows, id, 'waiting');
        const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
        const forged = {
          id: approval?.id ?? '',
          decision: 'approved',
          at: deps.clock.now(),
          by: 'mallory',
          signature: 'kh1.x',
        } as const;
        await storage.runMail.decide(forged);
        await flows.sendEvent(workspace, { runId: id, name: 'look', payload: null });
        expect(await until(flows, id, 'failed')).toMatchObject({
          failure: { reason: 'approval_invalid', effect: 'not_started' },
        });
      });

      it('are followed with pieces of answers, and from where somebody stopped reading', async () => {
        const flows = open(seq('said', prompt('ask', { model: 'fast', maxOutputTokens: 10 })));
        const id = await start(flows, 'said', 'hello');
        const reading = read(flows.follow(workspace, id));
        await flows.openWorker(quick);
        const news = await reading;
        expect(news).toContainEqual({ kind: 'text', path: inRun('ask'), delta: 'hello' });
        const step = news.find((one) => one.kind === 'step');
        const rest = await read(flows.follow(workspace, id, { after: step?.seq ?? 0 }));
        expect(rest).not.toContainEqual(step);
        expect(rest.at(-1)).toEqual(news.at(-1));
      });

      it('ask models to stream only while somebody follows', async () => {
        const streamed: boolean[] = [];
        const flows = openTestFlows(storage, {
          flows: [seq('said', prompt('ask', { model: 'fast', maxOutputTokens: 10 }))],
          callModel: (call) => {
            streamed.push(call.onText !== undefined);
            return echo(call);
          },
        });
        opened.push(flows);
        const followed = await start(flows, 'said', 'hello');
        const reading = read(flows.follow(workspace, followed));
        await flows.openWorker(quick);
        await reading;
        await until(flows, await start(flows, 'said', 'hello'), 'completed');
        expect(streamed).toEqual([true, false]);
      });

      it('are cancelled, and replayed with what is known', async () => {
        const seen: string[] = [];
        const note = (node: string) =>
          step(
            node,
            (v: number) => {
              seen.push(node);
              return v;
            },
            { effects: 'none' },
          );
        const flow = seq('long', note('a'), note('b'), waitFor<number>('wait', 'never'));
        const flows = open(flow);
        await flows.openWorker(quick);
        const id = await start(flows, 'long', 1);
        await until(flows, id, 'waiting');
        expect(await flows.cancel(workspace, id, 'enough')).toBe('cancelled');
        expect((await until(flows, id, 'cancelled')).failure).toMatchObject({ reason: 'cancelled' });
        const replayed = await flows.replay(workspace, id, { without: [inRun('b')] });
        await until(flows, replayed.id, 'waiting');
        expect(seen).toEqual(['a', 'b', 'b']);
      });
    });

    describe('what must not happen twice', () => {
      const cutOff = async (flow: AnyBlock, started: Promise<void>) => {
        const first = openTestFlows(storage, { flows: [flow] });
        await first.openWorker({ ...quick, graceMs: 1 });
        const id = await start(first, flow.name, 1);
        await started;
        // As a death would leave it: the step has begun, and nobody knows what came of it.
        await first.close();
        return id;
      };
      const payment = () => {
        let begun: () => void = () => {};
        const started = new Promise<void>((resolve) => {
          begun = resolve;
        });
        let times = 0;
        const pay = step('pay', async (amount: number, scope) => {
          times += 1;
          begun();
          if (times === 1) await scope.sleep(60_000);
          return { paid: amount, key: scope.idempotencyKey };
        });
        return { flow: seq('refunds', pay), started, times: () => times };
      };

      it('is not run again after a death until a person says that it did not happen', async () => {
        const { flow, started, times } = payment();
        const id = await cutOff(flow, started);
        const flows = open(flow);
        await flows.openWorker(quick);
        // Its failure is `interruption_undecided` as long as nobody has answered.
        const run = await until(flows, id, 'waiting');
        expect(run.waits.map(({ kind }) => kind).toSorted()).toEqual(['approval', 'event']);
        expect(times()).toBe(1);
        const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
        expect(approval?.asked).toMatchObject({ path: inRun('pay'), block: 'pay@1', input: 1, times: 1 });
        await flows.decide(workspace, {
          approval: { id: approval?.id ?? '' },
          decision: 'approved',
          by: 'ann',
        });
        const { output } = await until(flows, id, 'completed');
        expect(output).toEqual({ paid: 1, key: `${id}${inRun('pay')}` });
        expect(times()).toBe(2);
      });

      it('is left, or taken as a person says that it went', async () => {
        for (const answer of ['rejected', 'result'] as const) {
          const { flow, started, times } = payment();
          const id = await cutOff(flow, started);
          const flows = open(flow);
          await flows.openWorker(quick);
          await until(flows, id, 'waiting');
          const [approval] = await flows.listApprovals({ workspace, runId: id, limit: 5 });
          if (answer === 'rejected')
            await flows.decide(workspace, {
              approval: { id: approval?.id ?? '' },
              decision: answer,
              by: 'ann',
            });
          else
            await flows.supplyResult(workspace, {
              runId: id,
              path: inRun('pay'),
              result: { paid: 9 },
              by: 'ann',
            });
          if (answer === 'result')
            expect(await until(flows, id, 'completed')).toMatchObject({ output: { paid: 9 } });
          else
            expect(await until(flows, id, 'failed')).toMatchObject({
              failure: { reason: 'interrupted', effect: 'unknown' },
            });
          expect(times()).toBe(1);
          await flows.close();
        }
      });

      it('has no place to stop in', async () => {
        const early = step('early', async (value: number, scope) => {
          await scope.waitFor({ for: 'event', name: 'x' });
          return value;
        });
        const flows = open(early);
        await flows.openWorker(quick);
        const id = await start(flows, 'early', 1);
        expect(await until(flows, id, 'failed')).toMatchObject({
          failure: { reason: 'waits_inside_effect' },
        });
      });
    });

    describe('versions', () => {
      it('a changed flow of code stops its runs, and a person chooses', async () => {
        const tail = (version: string) =>
          seq(
            'changing',
            approve<number>('ok'),
            map('add', (n: number) => n + 1),
            step('x', (n: number) => n, { effects: 'none', version }),
          );
        const before = openTestFlows(storage, { flows: [tail('1')] });
        await before.openWorker(quick);
        const ids = [await start(before, 'changing', 1), await start(before, 'changing', 5)];
        for (const id of ids) await until(before, id, 'waiting');
        await before.close();
        const flows = open(tail('2'));
        for (const approval of await flows.listApprovals({ workspace, isOpen: true, limit: 5 }))
          await flows.decide(workspace, { approval: { id: approval.id }, decision: 'approved', by: 'b' });
        // The newest version of the same flow is none of this.
        const fresh = await start(flows, 'changing', 7);
        await flows.openWorker(quick);
        for (const id of ids)
          expect(await until(flows, id, 'stopped')).toMatchObject({
            failure: { reason: 'graph_version_mismatch' },
          });
        await until(flows, fresh, 'waiting');
        const { version } = await flows.get({ workspace, flow: 'changing' });
        const [first = '', second = ''] = ids;
        await flows.resolve(workspace, first, { continueWith: version });
        expect(await until(flows, first, 'completed')).toMatchObject({ output: 2, version });
        const restarted = await flows.resolve(workspace, second, { restartWith: version });
        expect(restarted.id).not.toBe(second);
        await until(flows, second, 'cancelled');
        await until(flows, restarted.id, 'waiting');
      });

      it('a kept file that changes does not touch runs of the one before', async () => {
        const flows = open();
        await flows.put({ workspace, text: support });
        await flows.openWorker(quick);
        const id = await start(flows, 'support', { text: 'old' });
        await until(flows, id, 'waiting');
        await flows.put({ workspace, text: support.replace('Answer:', 'Changed:') });
        await flows.remove(workspace, 'support');
        await flows.close();
        const later = open();
        await later.openWorker(quick);
        const [approval] = await later.listApprovals({ workspace, runId: id, limit: 5 });
        await later.decide(workspace, {
          approval: { id: approval?.id ?? '' },
          decision: 'approved',
          by: 'b',
        });
        const { output, version } = await until(later, id, 'completed');
        expect(output).toBe('Answer: old');
        await expect(start(later, 'support', { text: 'x' }, { version })).rejects.toMatchObject({
          code: 'not_found',
        });
      });

      it('a flow whose code comes to the same place with something else has diverged', async () => {
        let time = 0;
        const same = map('same', (value: number) => value);
        const moody = step(
          'moody',
          async (_: Json, scope) => {
            time += 1;
            const first = await scope.call('same', same, time);
            await scope.waitFor({ for: 'event', name: 'go' });
            return first.success ? 'the same' : first.error.reason;
          },
          { effects: 'none', onlyCalls: true },
        );
        const flows = open(moody);
        await flows.openWorker(quick);
        const id = await start(flows, 'moody', 1);
        await until(flows, id, 'waiting');
        await flows.sendEvent(workspace, { runId: id, name: 'go', payload: 1 });
        expect((await until(flows, id, 'completed')).output).toBe('run_diverged');
        const steps = await flows.listSteps(workspace, id, { limit: 5 });
        expect(steps.find(({ path }) => path.endsWith('same'))).toMatchObject({ output: 1 });
      });
    });

    it('schedules start the newest version, and keep their flow', async () => {
      const flows = open();
      const text = 'flow: tick\nentry: a\nnodes:\n  a: { kind: pass }\n';
      await flows.put({ workspace, text });
      await flows.openWorker(quick);
      await flows.putSchedule({
        id: `s${named}${name}`,
        workspace,
        flow: 'tick',
        payload: 1,
        identity: { ...identity, workspace },
        pattern: 'every 1s',
      });
      await expect
        .poll(
          async () =>
            (await flows.listRuns({ workspace, flow: 'tick', state: 'completed', limit: 5 })).length,
          patient,
        )
        .toBeGreaterThan(0);
      await expect(flows.remove(workspace, 'tick')).rejects.toMatchObject({ code: 'conflict' });
      await expect(flows.removeSchedule('other', `s${named}${name}`)).rejects.toMatchObject({
        code: 'not_found',
      });
      await flows.removeSchedule(workspace, `s${named}${name}`);
      await flows.remove(workspace, 'tick');
    });

    it('a worker for one run leaves all others alone', async () => {
      const flows = open(map('add', (n: number) => n + 1));
      const other = await start(flows, 'add', 1);
      const id = await start(flows, 'add', 2);
      await flows.openWorker({ ...quick, only: [id] });
      expect((await until(flows, id, 'completed')).output).toBe(3);
      expect((await flows.getRun(workspace, other)).state).toBe('pending');
    });

    it('a process that waits for work finds a run that another one began', async () => {
      const add = map('add', (n: number) => n + 1);
      let isThere = false;
      const runQueue = { ...storage.runQueue, hasWork: async () => isThere };
      const clock = { ...systemClock, every: (_: number, run: () => void) => systemClock.every(20, run) };
      const idle = openTestFlows({ ...storage, runQueue }, { clock, flows: [add] });
      opened.push(idle);
      await idle.keepWorker(quick);
      const id = await start(open(add), 'add', 1);
      expect((await idle.getRun(workspace, id)).state).toBe('pending');
      isThere = true;
      expect((await until(idle, id, 'completed')).output).toBe(2);
    });

    it('estimates a kept flow without asking anybody', async () => {
      const flows = openTestFlows(storage, {
        callModel: () => {
          throw new Error('asked');
        },
      });
      await flows.put({ workspace, text: support });
      const estimate = await flows.estimate({ workspace, flow: 'support', payload: { text: 'x' }, identity });
      expect(estimate).toMatchObject({
        confidence: 'low',
        nanoDollars: { mean: expect.any(Number), max: expect.any(Number) },
      });
      expect(estimate.components).toHaveProperty('draft');
    });
  });
}
