/** One visit of a node: its first attempt, and what the policies of the block make of a failure, in their order. */
import { type AnyBlock, type BlockResponse, type Failure, matchesPolicy, type Policy } from '@keelson/core';
import { attempt, refuseVisit } from './attempt.ts';
import type { VisitRequest } from './frame.ts';
import { applyPolicy, isOver, isTouched, type Recovery } from './recovery.ts';
import { RunBudget } from './run-budget.ts';
import type { Visit } from './visit-state.ts';

export async function visitNode(request: VisitRequest): Promise<BlockResponse<unknown>> {
  const { parent, node, block, payload } = request;
  const path = `${parent.childPath}/${node}`;
  const { journal } = parent.run;
  const visit = open(request, path);
  if (journal === undefined) return recover(visit, payload);
  let hasRun = false;
  const { key, kind, effects } = block;
  const step = { path, block: key, kind, effects, payload, isRepeatable: isRepeatable(block) };
  const visited = await journal.step(step, async () => {
    hasRun = true;
    const response = await recover(visit, payload);
    return { response, spent: visit.spent };
  });
  const response = visited.response ?? refuseVisit(visit, visited.failure);
  if (hasRun) return response;
  // What was done and spent before counts as much as what is now.
  parent.noteEffect(effects, response.success ? 'done' : response.error.effect);
  if (visited.response !== undefined) parent.spend(visited.spent);
  return response;
}

/** Whether nothing is done twice if its code runs again: what its children did is in the journal. */
function isRepeatable({ body, effects }: AnyBlock): boolean {
  return body.type !== 'leaf' || body.onlyCalls === true || effects !== 'non_idempotent';
}

function open({ parent, node, block, context }: VisitRequest, path: string): Visit {
  const { nanoDollars } = block.limits;
  const above = parent.place.budget;
  const budget =
    nanoDollars === undefined ? above : new RunBudget({ limit: nanoDollars, allowUnpriced: false }, above);
  const spent = { nanoDollars: 0, calls: 0, inputTokens: null, outputTokens: null };
  return { parent, node, block, path, context, budget, attempts: 0, alias: undefined, spent };
}

async function recover(visit: Visit, payload: unknown): Promise<BlockResponse<unknown>> {
  const first = await attempt(visit, payload);
  const { recovery } = visit.block;
  if (recovery.length === 0 || first.response.success) return first.response;
  const chain: Recovery = { visit, last: first, isTouched: isTouched(first) };
  for (const policy of recovery) {
    const { response } = chain.last;
    if (response.success || isOver(response.error)) return response;
    if (!matchesPolicy(policy, response.error.errorType)) continue;
    const answer = await follow(chain, policy, response.error);
    if (answer !== undefined) return answer;
  }
  return chain.last.response;
}

/** The answer where the policy settled it, otherwise undefined: the next one has its turn. */
async function follow(
  chain: Recovery,
  policy: Policy,
  failure: Failure,
): Promise<BlockResponse<unknown> | undefined> {
  const { visit } = chain;
  const { run } = visit.parent;
  const tell = (type: 'recovery-start' | 'recovery-end', reason: string): void =>
    run.onEvent?.({
      type,
      at: run.environment.clock.now(),
      path: visit.path,
      metadata: chain.last.request.metadata,
      policy: policy.kind,
      reason,
    });
  tell('recovery-start', failure.reason);
  const answer = await applyPolicy(chain, policy, failure);
  const { response } = chain.last;
  const ended = answer ?? response;
  tell('recovery-end', ended.success ? 'recovered' : ended.error.reason);
  return answer;
}
