// What runs ask people: listed for whoever may see it, decided once, by a key that may or by whoever has the token that was sent.
import type { OpenApproval, Storage, StoredApproval } from '@keelson/engine';
import type { Scope } from '../../access/index.ts';
import {
  type AnyApiRoute,
  type ApiCall,
  anyJson,
  decodeCursor,
  encodeCursor,
  limitOf,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { type FlowRoutesDeps, flowsOf, placeOfFlows } from './flow-places.ts';
import { idOf } from './runs.ts';
import { toOptionalTime, toTime } from './times.ts';

export interface ApprovalRoutesDeps extends FlowRoutesDeps {
  readonly storage: Pick<Storage, 'tenants'>;
}

const chapter = 'Runs';
const long = { most: 10_000 };
const states = ['open', 'approved', 'rejected', 'expired'] as const;
const decisions = ['approved', 'rejected'] as const;

const approval = object({
  id: text('What it is called.'),
  run_id: text('The run that asks.'),
  path: text('The node that asks.', long),
  workspace: text('Where it is.', long),
  state: oneOf('`expired`: nobody answered in time.', states),
  asked: optional(anyJson('What is asked, for keys with `runs.content:read` or `runs:approve`.')),
  input_hash: text('SHA-256 of exactly what will be done if it is approved.', long),
  created_at: time('When it was asked.'),
  expires_at: time('From when on it is too late.'),
  decided_at: optional(time('When it was decided.')),
  decided_by: optional(text('The key that decided, or `link` for somebody who was sent the token.', long)),
  note: optional(text('What was said with it.', long)),
  token: optional(
    text('What lets whoever has it decide this one, for keys with `runs:approve` while it is open.', long),
  ),
});
const { limit, cursor } = pageFields(['-created_at']);
const question = object({
  limit,
  cursor,
  run_id: optional(text('Only those of this run.', { least: 1 })),
  state: optional(oneOf('`open` when left out.', ['open', 'decided', 'all'])),
});
const decision = {
  decision: oneOf('The answer.', decisions),
  note: optional(text('Why, for whoever looks at it later.', { most: 1000 })),
};
const verdict = object(decision);
const verdictByToken = object({
  token: text('As it was sent.', { least: 1, most: 300, isSecret: true }),
  ...decision,
});

export function approvalRoutes(deps: ApprovalRoutesDeps): readonly AnyApiRoute[] {
  return [listApprovals(deps), decideByToken(deps), decideApproval(deps)];
}

function listApprovals(deps: ApprovalRoutesDeps): AnyApiRoute {
  return route({
    name: 'listApprovals',
    method: 'GET',
    path: '/approvals',
    chapter,
    summary: 'What runs of the workspace ask people, the newest first',
    permission: 'runs:read',
    query: question,
    answer: pageOf('Approvals.', approval),
    example: { query: { state: 'all', limit: 10 } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { cursor: place, state = 'open', run_id: runId } = call.query;
      const [before] = decodeCursor(place, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await flows.listApprovals({
        workspace,
        limit: most + 1,
        ...defined({ before, runId, isOpen: state === 'all' ? undefined : state === 'open' }),
      });
      const data = found.slice(0, most).map((one) => show(one, call, deps));
      const last = found.length > most ? data.at(-1) : undefined;
      return { data, next_cursor: last === undefined ? null : encodeCursor([last.id]) };
    },
  });
}

function decideApproval(deps: ApprovalRoutesDeps): AnyApiRoute {
  return route({
    name: 'decideApproval',
    method: 'POST',
    path: '/approvals/{id}/decide',
    chapter,
    summary: 'Approves what a run asks, or rejects it',
    description: 'Once: what was decided, or has expired, is refused.',
    permission: 'runs:approve',
    body: verdict,
    answer: approval,
    action: 'approvals.decide',
    example: { body: { decision: 'approved', note: 'Looked at it.' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { decision: answer, note } = call.body;
      const by = call.caller.keyId;
      const decided = await flows.decide(workspace, {
        ...{ approval: { id: idOf(call) }, decision: answer, by },
        ...defined({ note }),
      });
      return show(decided, call, deps);
    },
  });
}

function decideByToken(deps: ApprovalRoutesDeps): AnyApiRoute {
  return route({
    name: 'decideByToken',
    method: 'POST',
    path: '/approvals/decide',
    chapter,
    summary: 'The same for whoever was sent its token, and needs no key',
    description: 'The answer shows what was asked. It stands in the audit log as decided by `nobody`.',
    isOpen: true,
    findPlace: async ({ token }) => {
      const { id, workspace } = await flowsOf(deps).findApproval(token);
      const { organisation = '' } = (await deps.storage.tenants.findWorkspace(workspace)) ?? {};
      return { where: { organisation, workspace }, target: id };
    },
    body: verdictByToken,
    answer: approval,
    action: 'approvals.decide',
    example: { body: { token: 'as-it-was-sent', decision: 'rejected', note: 'Too much.' } },
    handle: async (call) => {
      const { workspace = '' } = call.where;
      const { token, decision: answer, note } = call.body;
      const decided = await flowsOf(deps).decide(workspace, {
        ...{ approval: { token }, decision: answer, by: 'link' },
        ...defined({ note }),
      });
      return show(decided, { ...call, caller: { ...call.caller, may: () => true } }, deps);
    },
  });
}

function show(
  one: StoredApproval & Partial<Pick<OpenApproval, 'token'>>,
  { caller, where }: Pick<ApiCall<unknown, unknown>, 'caller' | 'where'>,
  { now }: Pick<ApprovalRoutesDeps, 'now'>,
): ValueOf<typeof approval> {
  const there: Scope = { organisation: where.organisation, workspace: one.workspace };
  const mayDecide = caller.may('runs:approve', there);
  const mayRead = mayDecide || caller.may('runs.content:read', there);
  const state = stateOf(one, now());
  return {
    id: one.id,
    run_id: one.runId,
    path: one.path,
    workspace: one.workspace,
    state,
    ...(mayRead && { asked: one.asked, ...defined({ note: one.note }) }),
    input_hash: one.inputHash,
    created_at: toTime(one.createdAt),
    expires_at: toTime(one.expiresAt),
    decided_at: toOptionalTime(one.decidedAt),
    decided_by: one.decidedBy,
    ...(mayDecide && state === 'open' && defined({ token: one.token })),
  };
}

function stateOf({ decision: answer, expiresAt }: StoredApproval, now: number): (typeof states)[number] {
  if (answer !== undefined) return answer;
  return expiresAt <= now ? 'expired' : 'open';
}
