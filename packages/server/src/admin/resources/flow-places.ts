// Where flows and runs are found: in one workspace, of a server that runs flows.
import { KeelsonError } from '@keelson/core';
import type { Flows, Identity, Storage } from '@keelson/engine';
import type { ApiCall } from '../contract/index.ts';
import { projectOf } from './project.ts';

export interface FlowRoutesDeps {
  /** Undefined where a program has put the server together without. */
  readonly flows?: Flows | undefined;
  readonly storage: Pick<Storage, 'tenants'>;
  readonly now: () => number;
}

export function flowsOf({ flows }: Pick<FlowRoutesDeps, 'flows'>): Flows {
  if (flows !== undefined) return flows;
  throw new KeelsonError('not_found', 'This server runs no flows.', {
    hint: 'A program has put it together without them; what it does is decided there.',
  });
}

/** The flows, and the one workspace that the question is about: of a key that reaches further its own, unless it names one. */
export async function placeOfFlows(
  call: ApiCall<unknown, unknown>,
  deps: FlowRoutesDeps,
): Promise<{ readonly flows: Flows; readonly workspace: string }> {
  const flows = flowsOf(deps);
  return { flows, workspace: await projectOf(call, deps.storage) };
}

/** Whoever asks, in the workspace that is asked about: its budgets hold as well. */
export function identityIn(
  { caller, where }: Pick<ApiCall<unknown, unknown>, 'caller' | 'where'>,
  workspace: string,
): Identity {
  return { ...caller.identity, organisation: where.organisation, workspace };
}
