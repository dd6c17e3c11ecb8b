/**
 * A worker: takes runs whose time has come, works on them, and shows that it lives. It buries workers that do not, starts what a
 * schedule asks for, and stops runs whose version nobody has. Whether another worker lives is judged by whether its beat moves while
 * this one's own clock runs on, so clocks that differ or jump do no harm.
 */
import type { Log } from '../observability/index.ts';
import { graphOf, type Storage, type TakenRun } from '../storage/index.ts';
import type { Flow, RunWorker, WorkerSettings } from './durable-runs.ts';
import type { Carrier, PassOutcome } from './openworkflow-carrier.ts';
import { failures } from './run-failure.ts';
import { type PassDeps, type PassEnd, RunPass } from './run-pass.ts';
import { fireSchedules } from './run-schedules.ts';

export interface WorkerDeps extends Omit<PassDeps, 'graceMs' | 'versionOf'> {
  readonly storage: Pick<Storage, 'runQueue' | 'runPlans'>;
  readonly host: string;
  readonly log: Log;
}

interface Working {
  readonly pass: RunPass;
  end: PassEnd | undefined;
}

const usual = { concurrency: 10, leaseMs: 6000, pollMs: 200, graceMs: 1000 };
/** So many beats fit into a lease: one that is late is no death. */
const beatsPerLease = 6;
const longestBeatMs = 1000;
/** Between two looks for runs that nobody can work on. */
const beatsPerCensus = 5;

export class Worker implements RunWorker {
  id: string;
  readonly #deps: WorkerDeps;
  readonly #settings: typeof usual & WorkerSettings;
  /** By flow and version. */
  readonly #flows: Map<string, Flow>;
  readonly #versions: Map<string, string>;
  readonly #working = new Map<string, Working>();
  /** Runs whose end could not be written: they are let go of as soon as that is possible. */
  readonly #stuck: TakenRun[] = [];
  readonly #seen = new Map<string, { beat: number; since: number }>();
  /** Runs that are its own and that it does not know of, as of the last beat. */
  #strays: ReadonlySet<string> = new Set();
  #wake: () => void = () => {};
  #isWoken = false;
  #isClosing = false;
  #isBeating = false;
  #beats = 0;
  #lastBeatAt = 0;
  /** Of the runs that this worker let go of: when the next of them is due. */
  #nextDue = Number.POSITIVE_INFINITY;
  #stopBeating: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(settings: WorkerSettings, deps: WorkerDeps) {
    this.#deps = deps;
    this.#settings = { ...usual, ...settings };
    this.id = deps.newId();
    this.#flows = new Map(settings.flows.map((flow) => [graphOf(flow.name, flow.version), flow]));
    this.#versions = new Map(settings.flows.map(({ name, version }) => [name, version]));
  }

  async open(): Promise<void> {
    const { createCarrier } = await import('./openworkflow-carrier.ts');
    await this.#register();
    await this.#learn();
    const { concurrency, leaseMs } = this.#settings;
    const carrier = createCarrier({
      concurrency,
      take: (most) => this.#take(most),
      work: (runId) => this.#work(runId),
      settle: (runId) => this.#settle(runId),
    });
    const every = Math.min(longestBeatMs, leaseMs / beatsPerLease);
    this.#stopBeating = this.#deps.clock.every(every, () => void this.#beat());
    this.#loop = this.#run(carrier);
  }

  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async offer(flow: Flow): Promise<void> {
    const graph = graphOf(flow.name, flow.version);
    const isKnown = this.#flows.has(graph);
    this.#flows.set(graph, flow);
    this.#versions.set(flow.name, flow.version);
    if (!isKnown) await this.#deps.storage.runQueue.setGraphs(this.id, [...this.#flows.keys()]);
    this.wake();
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.wake();
    await this.#loop;
    for (const { pass } of this.#working.values()) pass.stop('closing', 'The worker closes.');
    while (this.#working.size > 0) await this.#deps.clock.sleep(5);
    this.#stopBeating();
    await this.#release();
    // Whatever is left of its runs is free at once.
    const { runQueue } = this.#deps.storage;
    const own = (await runQueue.listWorkers()).find(({ id }) => id === this.id);
    if (own !== undefined) await runQueue.bury(own.id, own.beat, this.#deps.clock.now());
  }

  async #register(): Promise<void> {
    const { storage, clock, host } = this.#deps;
    const graphs = [...this.#flows.keys()];
    await storage.runQueue.register({ id: this.id, host, startedAt: clock.now(), graphs });
    this.#lastBeatAt = clock.elapsed();
  }

  async #run(carrier: Carrier): Promise<void> {
    while (!this.#isClosing) {
      this.#isWoken = false;
      let taken = 0;
      try {
        taken = await carrier.tick();
      } catch (error) {
        this.#deps.log.warn('Runs cannot be taken from the database; another try follows.', { error });
      }
      if (taken === 0) await this.#rest();
    }
  }

  /** Until somebody calls, the next of its own timers is due, or it is time to look. */
  async #rest(): Promise<void> {
    if (this.#isWoken) return;
    const { clock } = this.#deps;
    const rest = new AbortController();
    this.#wake = () => rest.abort();
    const ms = Math.max(1, Math.min(this.#settings.pollMs, this.#nextDue - clock.now()));
    if (this.#nextDue <= clock.now()) this.#nextDue = Number.POSITIVE_INFINITY;
    await clock.sleep(ms, rest.signal).catch(() => {});
    this.#wake = () => {};
  }

  async #take(most: number): Promise<readonly string[]> {
    const { storage, clock } = this.#deps;
    if (this.#isClosing) return [];
    const graphs = [...this.#flows.keys()];
    const { only } = this.#settings;
    const taken = await storage.runQueue.take({ owner: this.id, graphs, most, at: clock.now(), only });
    for (const one of taken) {
      const pass = new RunPass(one, this.#passDeps());
      this.#working.set(one.run.id, { pass, end: undefined });
    }
    return taken.map(({ run }) => run.id);
  }

  #passDeps(): PassDeps {
    const { journal, runs, clock, newId, signer } = this.#deps;
    const { graceMs } = this.#settings;
    return { journal, runs, clock, newId, signer, graceMs, versionOf: (flow) => this.#versions.get(flow) };
  }

  async #work(runId: string): Promise<PassOutcome> {
    const working = this.#working.get(runId) as Working;
    const { flow, version } = working.pass.taken.run;
    working.end = await working.pass.work(this.#flows.get(graphOf(flow, version)) as Flow);
    if (working.end.kind === 'waiting') return 'waiting';
    return working.end.kind === 'completed' ? 'over' : 'broken';
  }

  async #settle(runId: string): Promise<void> {
    const working = this.#working.get(runId);
    if (working === undefined) return;
    const { taken } = working.pass;
    try {
      await this.#write(working);
    } catch (error) {
      this.#stuck.push(taken);
      this.#deps.log.warn('What became of a run cannot be written; it will be gone on with.', {
        error,
        run: runId,
      });
    }
    this.#working.delete(runId);
    // Once the engine has counted its slot as free.
    setImmediate(() => this.wake());
  }

  async #write({ pass, end = { kind: 'given-back' } }: Working): Promise<void> {
    const { clock, storage } = this.#deps;
    const { hold, wakes } = pass.taken;
    const at = clock.now();
    const { lastSeq } = pass;
    switch (end.kind) {
      case 'lost':
        return;
      case 'given-back':
        this.#stuck.push(pass.taken);
        if (end.cause === undefined) return;
        this.#deps.log.warn('The journal of a run cannot be used; it will be gone on with.', {
          ...{ error: end.cause, run: pass.runId },
        });
        return;
      case 'waiting':
        if (end.wakeAt !== null) this.#nextDue = Math.min(this.#nextDue, end.wakeAt);
        await storage.runQueue.park(hold, { wakeAt: end.wakeAt, wakes, waits: end.waits, lastSeq, at });
        return;
      case 'completed':
        await storage.runQueue.end(hold, {
          ...{ state: 'completed', output: end.output, lastSeq, at },
          isAlone: pass.taken.run.parentId === undefined,
        });
        return;
      default:
        await storage.runQueue.end(hold, { state: end.kind, error: end.error, lastSeq, at });
    }
  }

  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const { clock, log, storage } = this.#deps;
    try {
      if (await storage.runQueue.beat(this.id)) this.#lastBeatAt = clock.elapsed();
      else await this.#beginAnew();
      await this.#lookAround();
    } catch (error) {
      // The others bury it by now; it must not go on as if it lived.
      if (clock.elapsed() - this.#lastBeatAt > this.#settings.leaseMs) this.#loseAll();
      log.warn('The worker of runs cannot reach the database; another try follows.', { error });
    } finally {
      this.#isBeating = false;
    }
  }

  /** Somebody has buried it: what it had is not its own any more. */
  async #beginAnew(): Promise<void> {
    this.#loseAll();
    this.#stuck.length = 0;
    this.id = this.#deps.newId();
    await this.#register();
  }

  #loseAll(): void {
    for (const { pass } of this.#working.values())
      pass.stop('lost', 'Another worker has taken the run over.');
  }

  async #lookAround(): Promise<void> {
    this.#beats += 1;
    await this.#release();
    await this.#lookAtOwn();
    const buried = (await this.#buryOthers()) + (await this.#freeOrphans());
    const versions = { known: this.#versions, newest: this.#settings.newest };
    const fired = this.#settings.only === undefined ? await fireSchedules(this.#deps, versions) : 0;
    if (this.#beats % beatsPerCensus === 1) await this.#learn();
    if (buried + fired > 0) this.wake();
  }

  /**
   * Flows that somebody started in another process, or before this one was there. What is known here in another version alone, and
   * by no other worker, waits for a person.
   */
  async #learn(): Promise<void> {
    const { resolve, newest, only } = this.#settings;
    const { storage, clock } = this.#deps;
    for (const graph of await storage.runQueue.listDue(clock.now())) {
      const { flow, version } = graph;
      if (this.#flows.has(graphOf(flow, version))) continue;
      const found = await resolve?.(flow, version);
      if (found !== undefined) await this.offer(found);
      if (found !== undefined || only !== undefined) continue;
      const known = newest === undefined ? this.#versions.get(flow) : await newest(flow);
      const error = failures.graphVersionMismatch(flow, version);
      if (known !== undefined) await storage.runQueue.stopUnknown(graph, clock.now(), error);
    }
  }

  /** Those that somebody wants to end; and those that it was given without hearing of it, because the answer got lost. */
  async #lookAtOwn(): Promise<void> {
    const { storage, clock } = this.#deps;
    const strays = new Set<string>();
    for (const { hold, cancelReason } of await storage.runQueue.listHeld(this.id)) {
      const working = this.#working.get(hold.runId);
      if (working !== undefined) {
        if (cancelReason !== undefined) working.pass.stop('cancelled', cancelReason);
        continue;
      }
      // The answer may still be on its way.
      const stray = `${hold.runId} ${hold.epoch}`;
      if (this.#strays.has(stray)) await storage.runQueue.release(hold, clock.now());
      else strays.add(stray);
    }
    this.#strays = strays;
  }

  async #release(): Promise<void> {
    const { storage, clock } = this.#deps;
    while (this.#stuck.length > 0) {
      const [taken] = this.#stuck;
      if (taken === undefined) return;
      await storage.runQueue.release(taken.hold, clock.now());
      this.#stuck.shift();
      this.wake();
    }
  }

  async #freeOrphans(): Promise<number> {
    const { storage, clock, log } = this.#deps;
    const runs = await storage.runQueue.freeOrphans(clock.now());
    if (runs > 0) log.warn('Runs belonged to no worker; they are gone on with.', { runs });
    return runs;
  }

  async #buryOthers(): Promise<number> {
    const { storage, clock, log } = this.#deps;
    const now = clock.elapsed();
    const others = (await storage.runQueue.listWorkers()).filter(({ id }) => id !== this.id);
    const present = new Set(others.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    let freed = 0;
    for (const { id, beat, host } of others) {
      const seen = this.#seen.get(id);
      if (seen === undefined || seen.beat !== beat) {
        this.#seen.set(id, { beat, since: now });
        continue;
      }
      if (now - seen.since < this.#settings.leaseMs) continue;
      const runs = await storage.runQueue.bury(id, beat, clock.now());
      if (runs === undefined) continue;
      freed += runs;
      log.warn('A worker of runs has died; what it had is gone on with.', { worker: id, host, runs });
    }
    return freed;
  }
}
