/** What durable runs promise, whichever engine is below: one suite, run on each. */
import type { Json } from '@keelson/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deps, type TestDatabase } from '../__fixtures__/index.ts';
import { openStorage, type RunState, type Storage } from '../storage/index.ts';
import { createMovedClock, type MovedClock, type OpenedRuns, openRuns } from './__fixtures__/open-runs.ts';
import type { Flow, RunNews, RunScope, StepOutcome } from './durable-runs.ts';

const hour = 3_600_000;
const patient = { timeout: 20_000, interval: 10 } as const;

/** Like a caller who wants values: what waits suspends the run, what failed fails it. */
function takeValue(scope: RunScope, outcome: StepOutcome): Json {
  if (outcome.state === 'done') return outcome.value;
  if (outcome.state === 'waiting') return scope.suspend();
  throw new Error(outcome.state);
}

export function describeDurableRuns(name: string, create: () => Promise<TestDatabase>): void {
  describe(`durable runs in ${name}`, () => {
    let database: TestDatabase;
    let storage: Storage;
    let clock: MovedClock;
    let opened: OpenedRuns;
    let named = 0;
    /** So that the runs of one test are not those of another. */
    let workspace = '';

    beforeAll(async () => {
      database = await create();
      storage = await openStorage(database.target, deps);
    });
    beforeEach(() => {
      clock = createMovedClock();
      opened = openRuns(storage, clock);
      named += 1;
      workspace = `w${named}`;
    });
    afterEach(() => opened.close());
    afterAll(async () => {
      await storage?.close();
      await database?.remove();
    });

    const flowOf = (run: Flow['run'], version = '1'): Flow => ({ name: `flow${named}`, version, run });
    const start = async (input: Json = null, more: object = {}, version = '1') =>
      (await opened.runs.start({ workspace, flow: `flow${named}`, version, input, ...more })).run.id;
    const until = async (id: string, state: RunState) => {
      await expect.poll(async () => (await opened.runs.get(id)).state, patient).toBe(state);
      return opened.runs.get(id);
    };
    const work = (run: Flow['run'], more: object = {}) =>
      opened.openWorker({ flows: [flowOf(run)], ...more });

    describe('a run', () => {
      it('does its steps in order and ends with what its flow returns', async () => {
        await work(async (input, scope) => {
          let sum = input as number;
          for (const path of ['/a', '/b', '/c'])
            sum = takeValue(scope, await scope.step({ path, input: sum }, async () => sum * 2)) as number;
          return { sum };
        });
        const id = await start(1);
        expect(await until(id, 'completed')).toMatchObject({ output: { sum: 8 }, passes: 1, workspace });
        const steps = await opened.runs.listSteps(id, { limit: 10 });
        expect(steps.map(({ path, state, value }) => [path, state, value])).toEqual([
          ['/a', 'done', 2],
          ['/b', 'done', 4],
          ['/c', 'done', 8],
        ]);
        expect(await opened.runs.listSteps(id, { after: '/a', limit: 1 })).toMatchObject([{ path: '/b' }]);
      });

      it('that is started twice by one key is one run', async () => {
        const both = await Promise.all(
          [0, 1, 2].map(() => opened.runs.start({ workspace, flow: 'f', version: '1', input: 1, key: 'k' })),
        );
        expect(new Set(both.map(({ run }) => run.id)).size).toBe(1);
        expect(both.filter(({ isNew }) => isNew)).toHaveLength(1);
        const other = await opened.runs.start({
          workspace: `${workspace}x`,
          flow: 'f',
          version: '1',
          input: 1,
          key: 'k',
        });
        expect(other.isNew).toBe(true);
      });

      it('keeps an error and does not try again what failed', async () => {
        let tries = 0;
        await work(async (_input, scope) => {
          const first = await scope.step({ path: '/a' }, async () => {
            tries += 1;
            throw new TypeError('sk-secret');
          });
          takeValue(scope, await scope.waitForEvent({ path: '/b', name: 'go' }));
          return first as never;
        });
        const id = await start();
        await until(id, 'waiting');
        await opened.runs.sendEvent({ runId: id, name: 'go', payload: null });
        const { output } = await until(id, 'completed');
        expect(output).toMatchObject({ state: 'failed', isRecorded: true, error: { code: 'step_failed' } });
        expect(JSON.stringify(output)).not.toContain('sk-secret');
        expect(tries).toBe(1);
      });

      it('whose flow throws has failed, without foreign text', async () => {
        await work(async () => {
          throw new RangeError('sk-secret');
        });
        const { error } = await until(await start(), 'failed');
        expect(error).toEqual({ code: 'step_failed', message: 'A RangeError was thrown.' });
      });

      it('holds more steps than an engine keeps of one run', async () => {
        let calls = 0;
        await work(async (_input, scope) => {
          const all = Array.from({ length: 1200 }, (_, at) =>
            scope.step({ path: `/loop[${at}]` }, async () => {
              calls += 1;
              return at;
            }),
          );
          await Promise.all(all);
          takeValue(scope, await scope.waitForEvent({ path: '/go', name: 'go' }));
          return calls;
        });
        const id = await start();
        await until(id, 'waiting');
        await opened.runs.sendEvent({ runId: id, name: 'go', payload: null });
        expect((await until(id, 'completed')).output).toBe(1200);
      });

      it('refuses another input at a path it has been at, and two visits at once', async () => {
        let pass = 0;
        await work(async (_input, scope) => {
          pass += 1;
          await scope.step({ path: '/a', input: pass }, async () => 1);
          takeValue(scope, await scope.waitForEvent({ path: '/go', name: 'go' }));
          return null;
        });
        const id = await start();
        await until(id, 'waiting');
        await opened.runs.sendEvent({ runId: id, name: 'go', payload: null });
        expect((await until(id, 'failed')).error?.message).toContain('run_diverged');
      });

      it('runs branches at once, each recorded', async () => {
        await work(async (_input, scope) => {
          const all = await Promise.all(
            Array.from({ length: 30 }, (_, at) => scope.step({ path: `/b/${at}` }, async () => at)),
          );
          return all.map((one) => takeValue(scope, one));
        });
        const { output } = await until(await start(), 'completed');
        expect(output).toEqual(Array.from({ length: 30 }, (_, at) => at));
      });
    });

    describe('timers', () => {
      it('wake a run when the clock shows their time, however it got there', async () => {
        const wakeAt = clock.now() + hour;
        await work(async (_input, scope) => {
          takeValue(scope, await scope.sleepUntil('/nap', wakeAt));
          return clock.now() >= wakeAt;
        });
        const id = await start();
        expect(await until(id, 'waiting')).toMatchObject({
          waits: [{ path: '/nap', kind: 'sleep', until: wakeAt }],
        });
        clock.move(-hour);
        // Something wakes it early: it goes on sleeping.
        await opened.runs.sendEvent({ runId: id, name: 'nothing', payload: null });
        await expect.poll(async () => (await opened.runs.get(id)).passes, patient).toBe(2);
        await until(id, 'waiting');
        clock.move(2 * hour);
        expect((await until(id, 'completed')).output).toBe(true);
      });

      it('begin and end runs at a time', async () => {
        await work(async (_input, scope) =>
          takeValue(scope, await scope.waitForEvent({ path: '/e', name: 'never' })),
        );
        const id = await start(null, { startAt: clock.now() + hour, deadlineAt: clock.now() + 3 * hour });
        expect(await opened.runs.get(id)).toMatchObject({ state: 'pending', passes: 0 });
        clock.move(hour);
        await until(id, 'waiting');
        clock.move(2 * hour);
        expect((await until(id, 'failed')).error).toMatchObject({ code: 'run_deadline' });
      });
    });

    describe('events', () => {
      const twice: Flow['run'] = async (_input, scope) => {
        const first = takeValue(scope, await scope.waitForEvent({ path: '/1', name: 'go' }));
        const second = takeValue(scope, await scope.waitForEvent({ path: '/2', name: 'go' }));
        return [first, second];
      };

      it('that come before anybody waits are not lost, and each is taken once', async () => {
        const id = await start();
        for (const payload of ['a', 'b'])
          expect(await opened.runs.sendEvent({ runId: id, name: 'go', payload, id: payload })).toEqual({
            isRepeated: false,
          });
        expect(await opened.runs.sendEvent({ runId: id, name: 'go', payload: 'a', id: 'a' })).toEqual({
          isRepeated: true,
        });
        await work(twice);
        expect((await until(id, 'completed')).output).toEqual(['a', 'b']);
        const again = { runId: id, name: 'go', payload: 'a', id: 'a' };
        expect(await opened.runs.sendEvent(again)).toEqual({ isRepeated: true });
        await expect(opened.runs.sendEvent({ runId: id, name: 'go', payload: 1 })).rejects.toMatchObject({
          code: 'conflict',
        });
        await expect(opened.runs.sendEvent({ runId: 'none', name: 'go', payload: 1 })).rejects.toMatchObject({
          code: 'not_found',
        });
      });

      it('wake whoever waits', async () => {
        await work(twice);
        const id = await start();
        for (const payload of [1, 2]) {
          await until(id, 'waiting');
          await opened.runs.sendEvent({ runId: id, name: 'go', payload });
        }
        expect((await until(id, 'completed')).output).toEqual([1, 2]);
      });

      it('that do not come in time fail the step', async () => {
        await work(async (_input, scope) => {
          const outcome = await scope.waitForEvent({ path: '/1', name: 'go', timeoutMs: hour });
          return outcome.state === 'waiting' ? scope.suspend() : (outcome as never);
        });
        const id = await start();
        await until(id, 'waiting');
        clock.move(hour);
        expect((await until(id, 'completed')).output).toMatchObject({ error: { code: 'run_event_timeout' } });
      });
    });

    describe('approvals', () => {
      let effects: Json[] = [];
      let passInput: (pass: number) => Json = () => ({ pay: 5 });
      const paying: Flow['run'] = async (_input, scope) => {
        const input = passInput(scope.pass);
        const outcome = await scope.askApproval({ path: '/ok', input, expiresInMs: hour });
        if (outcome.state === 'failed') return outcome.error.code;
        const { approved } = takeValue(scope, outcome) as { approved: boolean };
        if (approved) await scope.step({ path: '/pay', input }, async () => effects.push(input));
        return outcome as never;
      };
      const ask = async () => {
        effects = [];
        await work(paying);
        const id = await start();
        await until(id, 'waiting');
        const [approval] = await opened.runs.listApprovals({
          filters: { workspace, isOpen: true },
          limit: 5,
        });
        if (approval === undefined) throw new Error('Nothing was asked.');
        return { id, approval };
      };
      beforeEach(() => {
        passInput = () => ({ pay: 5 });
      });

      it('let a run do exactly what was asked, once', async () => {
        const { id, approval } = await ask();
        expect(approval).toMatchObject({ runId: id, path: '/ok', asked: { pay: 5 } });
        const verdict = {
          approval: { token: approval.token },
          decision: 'approved',
          by: 'ann',
          note: 'fine',
        } as const;
        expect(await opened.runs.decide(verdict)).toMatchObject({ decision: 'approved', decidedBy: 'ann' });
        expect((await until(id, 'completed')).output).toMatchObject({
          value: { approved: true, by: 'ann', note: 'fine' },
        });
        expect(effects).toEqual([{ pay: 5 }]);
        await expect(opened.runs.decide(verdict)).rejects.toMatchObject({ code: 'conflict' });
        expect(await storage.runMail.findApproval(approval.id)).toMatchObject({ usedAt: expect.any(Number) });
      });

      it('are taken by the first of two that answer at once', async () => {
        const { id, approval } = await ask();
        const answers = await Promise.allSettled(
          (['rejected', 'approved'] as const).map((decision) =>
            opened.runs.decide({ approval: { id: approval.id }, decision, by: decision }),
          ),
        );
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await until(id, 'completed');
      });

      it('that are refused, or expire, let nothing happen', async () => {
        const { id, approval } = await ask();
        await opened.runs.decide({ approval: { id: approval.id }, decision: 'rejected', by: 'ann' });
        expect((await until(id, 'completed')).output).toMatchObject({ value: { approved: false } });
        const late = await start();
        await until(late, 'waiting');
        const [open] = await opened.runs.listApprovals({ filters: { workspace, isOpen: true }, limit: 5 });
        clock.move(hour);
        const token = open?.token ?? '';
        await expect(
          opened.runs.decide({ approval: { token }, decision: 'approved', by: 'ann' }),
        ).rejects.toThrow(/expired/);
        expect((await until(late, 'completed')).output).toBe('approval_expired');
        expect(effects).toEqual([]);
        const filters = { workspace, runId: late };
        expect(await opened.runs.listApprovals({ filters: { ...filters, isOpen: true }, limit: 5 })).toEqual(
          [],
        );
        expect(await opened.runs.listApprovals({ filters, limit: 5 })).toHaveLength(1);
      });

      it('of a run that was cancelled are not open any more', async () => {
        const { id, approval } = await ask();
        expect(await opened.runs.findApproval(approval.token)).toMatchObject({ id: approval.id });
        await expect(opened.runs.findApproval('apr_none')).rejects.toMatchObject({
          code: 'permission_denied',
        });
        await opened.runs.cancel(id, 'Nobody needs it.');
        const filters = { workspace, runId: id, isOpen: true };
        expect(await opened.runs.listApprovals({ filters, limit: 5 })).toEqual([]);
        await expect(
          opened.runs.decide({ approval: { id: approval.id }, decision: 'approved', by: 'ann' }),
        ).rejects.toThrow(/of a run that is over/);
      });

      it('hold for no other input', async () => {
        passInput = (pass) => ({ pay: pass === 1 ? 5 : 5000 });
        const { id, approval } = await ask();
        await opened.runs.decide({ approval: { id: approval.id }, decision: 'approved', by: 'ann' });
        expect((await until(id, 'failed')).error?.message).toContain('run_diverged');
        expect(effects).toEqual([]);
      });

      it('that somebody forged are worth nothing', async () => {
        const { id, approval } = await ask();
        const token = `${approval.token.slice(0, -2)}${approval.token.endsWith('AA') ? 'BB' : 'AA'}`;
        for (const wrong of [token, '', 'apr_', `apr_${approval.id}~kh1.${'0'.repeat(16)}.${'A'.repeat(43)}`])
          await expect(
            opened.runs.decide({ approval: { token: wrong }, decision: 'approved', by: 'eve' }),
          ).rejects.toMatchObject({ code: 'permission_denied' });
        // Straight into the database, past everything that signs.
        const forged = {
          decision: 'approved',
          at: clock.now(),
          by: 'eve',
          signature: approval.signature,
        } as const;
        expect(await storage.runMail.decide({ id: approval.id, ...forged })).toBe(true);
        expect((await until(id, 'completed')).output).toBe('approval_invalid');
        expect(effects).toEqual([]);
      });
    });

    describe('ending', () => {
      it('ends a run that nobody works on at once, and one under way by its signal', async () => {
        const waiting = await start(null, { startAt: clock.now() + hour });
        expect(await opened.runs.cancel(waiting, 'not needed')).toBe('cancelled');
        expect(await opened.runs.get(waiting)).toMatchObject({
          state: 'cancelled',
          error: { code: 'cancelled' },
        });
        let reason: unknown;
        await work(async (_input, scope) => {
          await scope.step({ path: '/long' }, ({ signal }) => {
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                reason = signal.reason;
                reject(signal.reason);
              });
            });
          });
          return null;
        });
        const id = await start();
        await until(id, 'running');
        expect(await opened.runs.cancel(id, 'too long')).toBe('asked');
        expect((await until(id, 'cancelled')).error?.message).toBe('The run was cancelled: too long');
        expect(String(reason)).toContain('too long');
        expect(await opened.runs.cancel(id, 'again')).toBe('over');
        await expect(opened.runs.cancel('none', 'x')).rejects.toMatchObject({ code: 'not_found' });
      });

      it('leaves code behind that does not listen', async () => {
        await work(async (_input, scope) => {
          const outcome = await scope.step({ path: '/hangs', timeoutMs: 30 }, () => new Promise(() => {}));
          if (outcome.state === 'failed') return outcome.error.code;
          return null;
        });
        expect((await until(await start(), 'completed')).output).toBe('step_timeout');
        await opened.close();
        await work(async (_input, scope) => {
          await scope.step({ path: '/hangs' }, () => new Promise(() => {}));
          return null;
        });
        const id = await start();
        await until(id, 'running');
        await opened.runs.cancel(id, 'hangs');
        await until(id, 'cancelled');
      });

      it('gives a run back when the worker closes, and tells what was under way', async () => {
        const seen: number[] = [];
        const flow: Flow['run'] = async (_input, scope) => {
          const outcome = await scope.step({ path: '/a' }, ({ interrupted }) => {
            seen.push(interrupted);
            return interrupted > 0 ? Promise.resolve('again') : new Promise(() => {});
          });
          return takeValue(scope, outcome);
        };
        const first = await work(flow);
        const id = await start();
        await expect.poll(() => seen, patient).toEqual([0]);
        await first.close();
        expect(await opened.runs.get(id)).toMatchObject({ state: 'pending' });
        await work(flow);
        expect((await until(id, 'completed')).output).toBe('again');
        expect(seen).toEqual([0, 1]);
      });

      it('lets a flow decide about a step that was under way', async () => {
        let calls = 0;
        const flow: Flow['run'] = async (_input, scope) => {
          const outcome = await scope.step({ path: '/pay', ifInterrupted: 'tell' }, () => {
            calls += 1;
            return new Promise(() => {});
          });
          return outcome as never;
        };
        const first = await work(flow);
        const id = await start();
        await expect.poll(() => calls, patient).toBe(1);
        await first.close();
        await work(flow);
        expect((await until(id, 'completed')).output).toEqual({ state: 'interrupted', times: 1 });
        expect(calls).toBe(1);
      });
    });

    describe('workers', () => {
      const once =
        (seen: string[]): Flow['run'] =>
        async (input, scope) => {
          const outcome = await scope.step({ path: '/a', input }, async () => {
            seen.push(scope.runId);
            await clock.sleep(5);
            return null;
          });
          return takeValue(scope, outcome);
        };

      it('share the runs, and none is worked on twice', async () => {
        const seen: string[] = [];
        const others = [openRuns(storage, clock), openRuns(storage, clock)];
        for (const one of [opened, ...others])
          await one.openWorker({ flows: [flowOf(once(seen))], concurrency: 4 });
        const ids = await Promise.all(Array.from({ length: 40 }, () => start()));
        for (const id of ids) expect(await until(id, 'completed')).toMatchObject({ passes: 1 });
        expect(seen.sort()).toEqual(ids.sort());
        for (const one of others) await one.close();
      });

      it('that give no sign are taken over, and write nothing afterwards', async () => {
        let finish: () => void = () => {};
        const silent = openRuns(storage, { ...clock, every: () => () => {} });
        const dead = await silent.openWorker({
          flows: [
            flowOf(async (_input, scope) => {
              const waits = new Promise<Json>((resolve) => {
                finish = () => resolve('late');
              });
              return takeValue(scope, await scope.step({ path: '/a' }, () => waits));
            }),
          ],
        });
        const id = await start();
        await until(id, 'running');
        const before = (await opened.runs.get(id)).worker;
        expect(before).toBe(dead.id);
        await work(async (_input, scope) =>
          takeValue(
            scope,
            await scope.step({ path: '/a' }, async ({ interrupted }) => `by another, ${interrupted}`),
          ),
        );
        expect((await until(id, 'completed')).output).toBe('by another, 1');
        finish();
        await silent.close();
        expect(await opened.runs.listSteps(id, { limit: 5 })).toMatchObject([
          { path: '/a', value: 'by another, 1' },
        ]);
      });

      it('that were buried take nothing any more', async () => {
        const graphs = [`flow${named}\n1`];
        const { runQueue } = storage;
        await runQueue.register({ id: `ghost${named}`, host: 'here', startedAt: 0, graphs });
        const id = await start();
        await runQueue.bury(`ghost${named}`, 1, clock.now());
        const taking = { owner: `ghost${named}`, graphs, most: 5, at: clock.now() };
        expect(await runQueue.take(taking)).toEqual([]);
        await work(async () => 'by another');
        expect((await until(id, 'completed')).output).toBe('by another');
        expect(await runQueue.freeOrphans(clock.now())).toBe(0);
      });

      it('keep what they have while clocks jump', async () => {
        const seen: string[] = [];
        const others = openRuns(storage, clock);
        const flow = flowOf(async (input, scope) => {
          await clock.sleep(700);
          return once(seen)(input, scope);
        });
        for (const one of [opened, others]) await one.openWorker({ flows: [flow] });
        const id = await start();
        await until(id, 'running');
        clock.move(24 * hour);
        await clock.sleep(100);
        clock.move(-48 * hour);
        expect(await until(id, 'completed')).toMatchObject({ passes: 1 });
        expect(seen).toHaveLength(1);
        await others.close();
      });

      it('stop a run whose version nobody has, until somebody chooses', async () => {
        const seen: string[] = [];
        const ids = [await start(1), await start(2), await start(3)] as const;
        await opened.openWorker({ flows: [flowOf(once(seen), '2')] });
        for (const id of ids)
          expect((await until(id, 'stopped')).error).toMatchObject({ code: 'graph_version_mismatch' });
        await expect(opened.runs.resolveStopped(ids[0], 'continue')).rejects.toThrow(
          /No worker has version `1`/,
        );
        await opened.runs.resolveStopped(ids[1], 'abandon');
        expect(await opened.runs.get(ids[1])).toMatchObject({ state: 'cancelled' });
        const again = await opened.runs.resolveStopped(ids[2], { restartWith: '2' });
        expect(await until(again.id, 'completed')).toMatchObject({ version: '2', input: 3 });
        expect(await opened.runs.get(ids[2])).toMatchObject({ state: 'cancelled' });
        await opened.openWorker({ flows: [flowOf(once(seen), '1')] });
        await opened.runs.resolveStopped(ids[0], 'continue');
        expect(await until(ids[0], 'completed')).toMatchObject({ version: '1' });
        await expect(opened.runs.resolveStopped(ids[0], 'abandon')).rejects.toMatchObject({
          code: 'conflict',
        });
      });

      it('keep to the limit of a key', async () => {
        let now = 0;
        let most = 0;
        const flow: Flow['run'] = async (_input, scope) => {
          const outcome = await scope.step({ path: '/a' }, async () => {
            now += 1;
            most = Math.max(most, now);
            await clock.sleep(20);
            now -= 1;
            return null;
          });
          return takeValue(scope, outcome);
        };
        const limitKey = `tenant ${named}`;
        await opened.runs.setLimit(limitKey, 2);
        const ids = await Promise.all(Array.from({ length: 8 }, () => start(null, { limitKey })));
        const others = openRuns(storage, clock);
        for (const one of [opened, others]) await one.openWorker({ flows: [flowOf(flow)], concurrency: 5 });
        for (const id of ids) await until(id, 'completed');
        expect(most).toBe(2);
        expect(await opened.runs.listLimits()).toContainEqual({ key: limitKey, most: 2 });
        await opened.runs.setLimit(limitKey, undefined);
        await others.close();
      });
    });

    describe('runs of runs', () => {
      it('wait for their children and take over what they end with', async () => {
        const child: Flow = { name: `child${named}`, version: '7', run: async (input) => ({ got: input }) };
        const bad: Flow = {
          name: `bad${named}`,
          version: '1',
          run: async () => {
            throw new SyntaxError('x');
          },
        };
        const parent = flowOf(async (_input, scope) => {
          const [one, two] = await Promise.all([
            scope.runChild({ path: '/one', flow: child.name, input: 1 }),
            scope.runChild({ path: '/two', flow: bad.name, input: 2 }),
          ]);
          if (one.state === 'waiting' || two.state === 'waiting') return scope.suspend();
          return [one, two] as never;
        });
        await opened.openWorker({ flows: [parent, child, bad] });
        const id = await start();
        expect((await until(id, 'completed')).output).toMatchObject([
          { state: 'done', value: { got: 1 } },
          { state: 'failed', error: { code: 'step_failed' } },
        ]);
        const children = await opened.runs.list({ filters: { workspace, parentId: id }, limit: 5 });
        expect(children.map(({ parentPath, version }) => [parentPath, version]).sort()).toEqual([
          ['/one', '7'],
          ['/two', '1'],
        ]);
      });

      it('end with their parent', async () => {
        const child: Flow = {
          ...{ name: `child${named}`, version: '1' },
          run: async (_input, scope) =>
            takeValue(scope, await scope.waitForEvent({ path: '/e', name: 'never' })),
        };
        const parent = flowOf(async (_input, scope) =>
          takeValue(scope, await scope.runChild({ path: '/c', flow: child.name, input: null })),
        );
        await opened.openWorker({ flows: [parent, child] });
        const id = await start();
        await until(id, 'waiting');
        const [own] = await opened.runs.list({ filters: { workspace, parentId: id }, limit: 5 });
        await until(own?.id ?? '', 'waiting');
        await opened.runs.cancel(id, 'enough');
        await until(own?.id ?? '', 'cancelled');
      });

      it('are replayed with what is recorded, but for what is left out', async () => {
        const seen: string[] = [];
        await work(async (_input, scope) => {
          for (const path of ['/a', '/b', '/b/c', '/d'])
            await scope.step({ path }, async () => {
              seen.push(path);
              return path;
            });
          return seen.length;
        });
        const id = await start();
        await until(id, 'completed');
        const again = await opened.runs.replay(id, { without: ['/b'] });
        expect(await until(again.id, 'completed')).toMatchObject({ replayOf: id, output: 6 });
        expect(seen.slice(4)).toEqual(['/b', '/b/c']);
      });
    });

    describe('schedules', () => {
      it('start one run for each time, however many workers there are', async () => {
        const others = openRuns(storage, clock);
        for (const one of [opened, others]) await one.openWorker({ flows: [flowOf(async (input) => input)] });
        const plan = {
          id: `s${named}`,
          workspace,
          flow: `flow${named}`,
          input: { from: 'plan' },
          pattern: 'every 1h',
        };
        const { nextAt } = await opened.runs.putSchedule(plan);
        expect(nextAt % hour).toBe(0);
        for (let fired = 1; fired <= 3; fired++) {
          clock.move(fired === 3 ? 5 * hour : hour);
          await expect
            .poll(async () => (await opened.runs.list({ filters: { workspace }, limit: 20 })).length, patient)
            .toBe(fired);
        }
        await opened.runs.pauseSchedule(plan.id, true);
        clock.move(2 * hour);
        const [stored] = await opened.runs.listSchedules(workspace);
        expect(stored).toMatchObject({ isPaused: true, zone: 'UTC', lastRun: expect.any(String) });
        expect(await until(stored?.lastRun ?? '', 'completed')).toMatchObject({ output: { from: 'plan' } });
        await opened.runs.removeSchedule(plan.id);
        expect(await opened.runs.listSchedules(workspace)).toEqual([]);
        expect(await opened.runs.list({ filters: { workspace }, limit: 20 })).toHaveLength(3);
        await others.close();
      });

      it('are refused when they name no time', async () => {
        for (const pattern of ['soon', '61 * * * *', 'every 0s', '0 0 30 2 *'])
          await expect(
            opened.runs.putSchedule({ id: 'x', workspace, flow: 'f', input: null, pattern }),
          ).rejects.toMatchObject({ code: 'invalid_request' });
        await expect(
          opened.runs.putSchedule({
            id: 'x',
            workspace,
            flow: 'f',
            input: null,
            pattern: '0 9 * * 1-5',
            zone: 'No/Where',
          }),
        ).rejects.toThrow(/No\/Where/);
      });
    });

    describe('what is seen of runs', () => {
      it('is listed in pages, the newest first, and filtered', async () => {
        const ids: string[] = [];
        for (let at = 0; at < 5; at++) ids.push(await start(at));
        await opened.runs.start({ workspace, flow: 'other', version: '1', input: null });
        const flow = `flow${named}`;
        const first = await opened.runs.list({ filters: { workspace, flow }, limit: 3 });
        const second = await opened.runs.list({
          filters: { workspace, flow },
          before: first.at(-1)?.id ?? '',
          limit: 3,
        });
        expect([...first, ...second].map(({ id }) => id)).toEqual(ids.toReversed());
        expect(await opened.runs.list({ filters: { workspace, state: 'completed' }, limit: 3 })).toEqual([]);
        expect(await opened.runs.list({ filters: { workspace: 'nobody' }, limit: 3 })).toEqual([]);
      });

      it('is followed by whoever wants, in order, to the end', async () => {
        const id = await start();
        const other = openRuns(storage, clock);
        const news: RunNews[] = [];
        const followed = (async () => {
          for await (const one of other.runs.follow(id, { pollMs: 5 })) news.push(one);
        })();
        await work(async (_input, scope) => {
          scope.emit('hello', { at: scope.pass });
          await scope.step({ path: '/a' }, async () => 1);
          takeValue(scope, await scope.waitForEvent({ path: '/e', name: 'go' }));
          scope.emit('bye', { at: scope.pass });
          return 'end';
        });
        await until(id, 'waiting');
        await opened.runs.sendEvent({ runId: id, name: 'go', payload: 2 });
        await followed;
        const order = news.map(({ seq }) => seq);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(news.flatMap((one) => (one.kind === 'event' ? [[one.name, one.data]] : []))).toEqual([
          ['hello', { at: 1 }],
          // A flow runs from its top in each pass.
          ['hello', { at: 2 }],
          ['bye', { at: 2 }],
        ]);
        const ended = news.flatMap((one) =>
          one.kind === 'step' && one.step.state === 'done' ? [one.step.path] : [],
        );
        expect(ended).toEqual(['/a', '/e']);
        expect(news.at(-1)).toMatchObject({ kind: 'end', run: { output: 'end' } });
        const rest: RunNews[] = [];
        for await (const one of other.runs.follow(id, { after: order.at(-2) ?? 0 })) rest.push(one);
        expect(rest.map(({ kind }) => kind)).toEqual(['end']);
      });

      it('is followed without a gap while it changes', async () => {
        const paths = Array.from({ length: 60 }, (_, at) => `/${at}`);
        const id = await start();
        const followed = Array.from({ length: 4 }, async () => {
          const seen: string[] = [];
          for await (const one of opened.runs.follow(id, { pollMs: 0 }))
            if (one.kind === 'step' && one.step.state === 'done') seen.push(one.step.path);
          return seen;
        });
        await work(async (_input, scope) => {
          for (const path of paths) {
            const work = async (): Promise<null> => {
              // Written together with the result.
              scope.emit('inside', path);
              return null;
            };
            takeValue(scope, await scope.step({ path }, work));
          }
          return null;
        });
        for (const seen of await Promise.all(followed)) expect(seen).toEqual(paths);
      });

      it('goes when it is old enough, with all that belongs to it', async () => {
        await work(async (_input, scope) =>
          takeValue(scope, await scope.step({ path: '/a' }, async () => 1)),
        );
        const id = await start();
        await until(id, 'completed');
        expect(await opened.runs.removeEndedBefore(clock.now() + hour)).toBeGreaterThan(0);
        await expect(opened.runs.get(id)).rejects.toMatchObject({ code: 'not_found' });
        expect(await opened.runs.listSteps(id, { limit: 5 })).toEqual([]);
      });

      it('is refused before it is stored when it is nonsense', async () => {
        const good = { workspace, flow: 'f', version: '1', input: null };
        const wrong = [
          { flow: '' },
          { flow: 'a b' },
          { version: 'x'.repeat(300) },
          { key: '/mine' },
          { input: undefined },
        ];
        for (const one of wrong)
          await expect(opened.runs.start({ ...good, ...one } as never)).rejects.toMatchObject({
            code: 'invalid_request',
          });
        await expect(opened.runs.openWorker({ flows: [] })).rejects.toMatchObject({
          code: 'invalid_request',
        });
        await expect(opened.runs.setLimit('k', -1)).rejects.toMatchObject({ code: 'invalid_request' });
      });
    });
  });
}
