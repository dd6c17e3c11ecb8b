// When flows run by themselves: put, looked at, removed. What comes of them are runs like all others.
import { KeelsonError } from '@keelson/core';
import type { Flows, StoredSchedule } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  anyJson,
  flag,
  object,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { type FlowRoutesDeps, identityIn, placeOfFlows } from './flow-places.ts';
import { flowName, givenPayload, payload } from './flow-shapes.ts';
import { budget, budgetOf } from './run-shapes.ts';
import { idOf, mayReadContents } from './runs.ts';
import { toOptionalTime, toTime } from './times.ts';

const chapter = 'Runs';
const long = { most: 10_000 };
const pattern = text('Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`.', {
  least: 1,
  most: 100,
});
const zone = text('The time zone of its pattern, as in `Europe/Berlin`; UTC when left out.', {
  least: 1,
  most: 100,
});
const paused = flag('Whether it starts nothing for now.');

const schedule = object({
  id: text('What it is called.', long),
  workspace: text('Where it is.', long),
  flow: text('The flow; each time the newest version.', long),
  payload: optional(anyJson('What the flow is given, for keys with `runs.content:read`.')),
  pattern,
  zone,
  paused,
  next_at: time('When it is due.'),
  last_at: optional(time('When it last started a run.')),
  last_run: optional(text('That run.', long)),
  created_at: time('When it was made.'),
});
const wanted = object({
  flow: flowName,
  payload: optional(payload),
  pattern,
  zone: optional(zone),
  paused: optional(paused),
  budget: optional(budget),
});
const { limit, cursor } = pageFields(['id']);
const question = object({ limit, cursor });

export function scheduleRoutes(deps: FlowRoutesDeps): readonly AnyApiRoute[] {
  return [listSchedules(deps), putSchedule(deps), getSchedule(deps), removeSchedule(deps)];
}

function listSchedules(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'listSchedules',
    method: 'GET',
    path: '/schedules',
    chapter,
    summary: 'The schedules of the workspace',
    permission: 'runs:read',
    query: question,
    answer: pageOf('Schedules.', schedule),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const page = slicePage(await flows.listSchedules(workspace), defined(call.query), ({ id }) => [id, '']);
      return { ...page, data: page.data.map((one) => show(one, call)) };
    },
  });
}

function putSchedule(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'putSchedule',
    method: 'PUT',
    path: '/schedules/{id}',
    chapter,
    summary: 'Makes a schedule, or puts another in its place',
    description:
      'Its runs are on behalf of the key that puts it. A time that nobody was there for is made up for once.',
    permission: 'runs:write',
    body: wanted,
    answer: schedule,
    action: 'schedules.put',
    example: {
      params: { id: 'nightly' },
      body: {
        flow: 'greet',
        payload: { name: 'Ada' },
        pattern: '0 3 * * *',
        zone: 'Europe/Berlin',
        paused: true,
      },
    },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const {
        flow,
        payload: given,
        pattern: when,
        zone: place,
        budget: bound,
        paused: isPaused = false,
      } = call.body;
      const kept = await flows.putSchedule({
        ...{ id: newIdOf(call), workspace, flow, payload: givenPayload(given), pattern: when },
        identity: identityIn(call, workspace),
        ...defined({ zone: place, budget: budgetOf(bound) }),
      });
      if (kept.isPaused !== isPaused) await flows.pauseSchedule(workspace, kept.id, isPaused);
      return show(await find(call, { flows, workspace }), call);
    },
  });
}

function getSchedule(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'getSchedule',
    method: 'GET',
    path: '/schedules/{id}',
    chapter,
    summary: 'One schedule',
    permission: 'runs:read',
    answer: schedule,
    example: { params: { id: 'nightly' } },
    handle: async (call) => show(await find(call, await placeOfFlows(call, deps)), call),
  });
}

function removeSchedule(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'removeSchedule',
    method: 'DELETE',
    path: '/schedules/{id}',
    chapter,
    summary: 'Removes a schedule, and shows it a last time',
    description: 'Runs that it started go on.',
    permission: 'runs:write',
    answer: schedule,
    action: 'schedules.remove',
    example: { params: { id: 'nightly' } },
    handle: async (call) => {
      const place = await placeOfFlows(call, deps);
      const last = await find(call, place);
      await place.flows.removeSchedule(place.workspace, last.id);
      return show(last, call);
    },
  });
}

function newIdOf(call: Pick<ApiCall<unknown, unknown>, 'params'>): string {
  const id = idOf(call);
  if (/^[\w.-]{1,100}$/.test(id)) return id;
  throw new KeelsonError(
    'invalid_request',
    'The name of a schedule is 1 to 100 letters, digits, dots, dashes or underscores.',
    {
      hint: 'Choose another name; it stands in addresses.',
      details: { field: 'id' },
    },
  );
}

async function find(
  call: Pick<ApiCall<unknown, unknown>, 'params'>,
  { flows, workspace }: { readonly flows: Flows; readonly workspace: string },
): Promise<StoredSchedule> {
  const id = idOf(call);
  const found = (await flows.listSchedules(workspace)).find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new KeelsonError('not_found', `There is no schedule \`${id.slice(0, 64)}\`.`, {
    hint: 'GET /api/v1/schedules lists those that there are.',
  });
}

function show(one: StoredSchedule, call: ApiCall<unknown, unknown>): ValueOf<typeof schedule> {
  return {
    id: one.id,
    workspace: one.workspace,
    flow: one.flow,
    ...(mayReadContents(call, one.workspace) && { payload: one.input }),
    pattern: one.pattern,
    zone: one.zone,
    paused: one.isPaused,
    next_at: toTime(one.nextAt),
    last_at: toOptionalTime(one.lastAt),
    last_run: one.lastRun,
    created_at: toTime(one.createdAt),
  };
}
