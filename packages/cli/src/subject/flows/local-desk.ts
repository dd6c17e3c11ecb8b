/** Flows and runs in a database that this process has opened. */
import { KeelsonError } from '@keelson/core';
import type { Flows, Identity } from '@keelson/engine';
import type { FlowDesk } from './flow-desk.ts';
import { readPages } from './read-pages.ts';

interface LocalDesk {
  readonly flows: Flows;
  readonly workspace: string;
  /** Whose budgets hold, and whom records name. */
  readonly identity: Identity;
  /** Whom answers name. */
  readonly by: string;
  readonly place: string;
  readonly flags: string;
  readonly hasProviders: boolean;
}

export function createLocalDesk({
  flows,
  workspace,
  identity,
  by,
  place,
  flags,
  hasProviders,
}: LocalDesk): FlowDesk {
  return {
    place,
    flags,
    hasProviders,
    put: (text) => flows.put({ workspace, text, by }),
    getFlow: (named) => flows.get({ workspace, ...named }),
    listFlows: () =>
      readPages(Number.POSITIVE_INFINITY, (last, limit) =>
        flows.list({ workspace, ...(last !== undefined && { after: last.name }), limit }),
      ),
    forget: (name) => flows.remove(workspace, name),
    estimate: (question) => flows.estimate({ workspace, identity, ...question }),
    start: (wish) => flows.start({ ...wish, workspace, identity }),
    getRun: (id) => flows.getRun(workspace, id).catch((error) => Promise.reject(elsewhere(error, place))),
    listRuns: ({ limit: most, ...wish }) =>
      readPages(most, (last, limit) =>
        flows.listRuns({ workspace, ...wish, ...(last !== undefined && { before: last.id }), limit }),
      ),
    listSteps: (runId) =>
      readPages(Number.POSITIVE_INFINITY, (last, limit) =>
        flows.listSteps(workspace, runId, { ...(last !== undefined && { after: last.path }), limit }),
      ),
    listApprovals: (runId) =>
      readPages(Number.POSITIVE_INFINITY, (last, limit) => {
        const listing = { workspace, runId, isOpen: true, limit };
        return flows.listApprovals({ ...listing, ...(last !== undefined && { before: last.id }) });
      }),
    follow: (runId, signal) => flows.follow(workspace, runId, { signal }),
    cancel: (runId, reason = `Ended by ${by}.`) => flows.cancel(workspace, runId, reason),
    sendEvent: (event) => flows.sendEvent(workspace, { ...event, sender: by }),
    decide: ({ id, ...verdict }) => flows.decide(workspace, { ...verdict, approval: { id }, by }),
    supplyResult: (wish) => flows.supplyResult(workspace, { ...wish, by }),
    resolve: (runId, choice) => flows.resolve(workspace, runId, choice),
    replay: (runId, wish) => flows.replay(workspace, runId, wish),
    work: (runId) => flows.openWorker({ only: [runId] }),
  };
}

/** Most often a run that was started over another database. */
function elsewhere(error: unknown, place: string): unknown {
  if (!KeelsonError.is(error) || error.code !== 'not_found') return error;
  return new KeelsonError('not_found', `${error.message.replace(/\.$/, '')} in ${place}.`, {
    hint: '`keelson flow list` lists those that are there. --data names another folder, --workspace another workspace.',
    cause: error,
  });
}
