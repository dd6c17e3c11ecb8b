/**
 * The one file that knows OpenWorkflow, which carries runs: its worker asks for work as long as it has slots, runs a pass in each, and
 * says what became of it. What it would keep in tables of its own it asks of a `Backend`; this is ours, over what we keep anyway.
 * Our journal holds the steps, so it sees each pass as one function that either ends or waits for a signal. Loaded with the first
 * worker.
 */
import { defineWorkflow, Worker } from 'openworkflow';
import type { Backend, StepAttempt, WorkflowRun } from 'openworkflow/internal';

export type PassOutcome = 'over' | 'waiting' | 'broken';

export interface CarrierSettings {
  readonly concurrency: number;
  /** As many runs as there are slots, or fewer; their ids. */
  take(most: number): Promise<readonly string[]>;
  work(runId: string): Promise<PassOutcome>;
  /** Writes down what became of the pass. Never rejects. */
  settle(runId: string): Promise<void>;
}

export interface Carrier {
  /** Takes what there is for free slots; how many runs. */
  tick(): Promise<number>;
}

const definition = 'keelson';
const wakeSignal = 'wake';

export function createCarrier(settings: CarrierSettings): Carrier {
  const workflow = defineWorkflow({ name: definition }, async ({ run, step }) => {
    const outcome = await settings.work(run.id);
    if (outcome === 'broken') throw new Error('The pass was given up.');
    // Parks the run: the engine ends this pass here, and begins another one when we hand the run out again.
    if (outcome === 'waiting') await step.waitForSignal({ signal: wakeSignal });
    return null;
  });
  const worker = new Worker({
    backend: createBackend(settings),
    workflows: [workflow as never],
    concurrency: settings.concurrency,
  });
  // Its own loop and its own polling are not used: they print what goes wrong, and cannot be woken.
  return { tick: () => worker.tick() };
}

function createBackend({ take, settle }: CarrierSettings): Backend {
  const claims = new SharedClaims(take);
  const settled = async ({ workflowRunId }: { workflowRunId: string }): Promise<WorkflowRun> => {
    await settle(workflowRunId);
    return describeRun(workflowRunId, null);
  };
  return {
    ...unused,
    claimWorkflowRun: async ({ workerId }) => {
      const runId = await claims.next();
      return runId === undefined ? null : describeRun(runId, workerId);
    },
    // Our workers show by a beat of their own that they live; see run-worker.ts.
    extendWorkflowRunLease: async ({ workflowRunId, workerId }) => describeRun(workflowRunId, workerId),
    getWorkflowRun: async ({ workflowRunId }) => describeRun(workflowRunId, null),
    completeWorkflowRun: settled,
    failWorkflowRun: settled,
    sleepWorkflowRun: settled,
    // Steps are in our journal, without a bound on their number.
    listStepAttempts: async () => ({ data: [], pagination: { next: null, prev: null } }),
    createStepAttempt: async ({ workflowRunId, stepName, kind, context }) =>
      describeWait(workflowRunId, { stepName, kind, context }),
    // Whether what it waits for is there, the next pass finds out.
    getSignalDelivery: async () => undefined,
    stop: async () => {},
  };
}

/** The engine asks once for each slot; all of them are asked for at once. */
class SharedClaims {
  readonly #take: CarrierSettings['take'];
  #asked = 0;
  #batch: Promise<string[]> | undefined;

  constructor(take: CarrierSettings['take']) {
    this.#take = take;
  }

  async next(): Promise<string | undefined> {
    this.#asked += 1;
    this.#batch ??= Promise.resolve().then(() => this.#takeAll());
    return (await this.#batch).pop();
  }

  async #takeAll(): Promise<string[]> {
    const most = this.#asked;
    this.#asked = 0;
    this.#batch = undefined;
    return [...(await this.#take(most))].reverse();
  }
}

const epoch = new Date(0);

/** As much of a run as the engine looks at. */
function describeRun(id: string, workerId: string | null): WorkflowRun {
  return {
    ...{ id, namespaceId: definition, workflowName: definition, version: null, workerId },
    ...{ status: workerId === null ? 'completed' : 'running', attempts: 1, config: {}, context: null },
    ...{ input: null, output: null, error: null, idempotencyKey: null },
    ...{ parentStepAttemptNamespaceId: null, parentStepAttemptId: null },
    ...{ availableAt: null, deadlineAt: null, startedAt: null, finishedAt: null },
    ...{ createdAt: epoch, updatedAt: epoch },
  };
}

function describeWait(
  workflowRunId: string,
  wait: Pick<StepAttempt, 'stepName' | 'kind' | 'context'>,
): StepAttempt {
  return {
    ...wait,
    ...{ workflowRunId, id: wait.stepName, namespaceId: definition, status: 'running', config: {} },
    ...{ output: null, error: null, childWorkflowRunNamespaceId: null, childWorkflowRunId: null },
    ...{ startedAt: null, finishedAt: null, createdAt: epoch, updatedAt: epoch },
  };
}

async function refuse(): Promise<never> {
  throw new Error('This part of the engine is not used.');
}

const unused = {
  createWorkflowRun: refuse,
  listWorkflowRuns: refuse,
  countWorkflowRuns: refuse,
  cancelWorkflowRun: refuse,
  rescheduleWorkflowRunAfterFailedStepAttempt: refuse,
  getStepAttempt: refuse,
  completeStepAttempt: refuse,
  failStepAttempt: refuse,
  setStepAttemptChildWorkflowRun: refuse,
  sendSignal: refuse,
} satisfies Partial<Backend>;
