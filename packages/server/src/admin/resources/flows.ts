// Flows that a workspace keeps: brought as text, checked, listed, estimated, removed. Runs of them are in runs.ts.
import { KeelsonError } from '@keelson/core';
import {
  type AnyApiRoute,
  ApiKnown,
  decodeCursor,
  encodeCursor,
  limitOf,
  object,
  optional,
  pageOf,
  route,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { type FlowRoutesDeps, identityIn, placeOfFlows } from './flow-places.ts';
import {
  estimate,
  estimateQuestion,
  flowPages,
  flowSummary,
  flowVersion,
  keptFlow,
  problems,
  showEstimate,
  showFlow,
  showFlowSummary,
  showProblem,
  written,
} from './flow-shapes.ts';

const chapter = 'Flows';
const example = `flow: greet
entry: hello
nodes:
  hello:
    kind: prompt
    model: fast
    prompt: "Greet {{name}}."
    maxOutputTokens: 100
`;

export function flowRoutes(deps: FlowRoutesDeps): readonly AnyApiRoute[] {
  return [
    listFlows(deps),
    checkFlow(deps),
    putFlow(deps),
    getFlow(deps),
    estimateFlow(deps),
    removeFlow(deps),
  ];
}

function listFlows(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'listFlows',
    method: 'GET',
    path: '/flows',
    chapter,
    summary: 'The flows of the workspace, by name, the newest version of each',
    permission: 'flows:read',
    query: flowPages,
    answer: pageOf('Flows, without their texts.', flowSummary),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const [after] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await flows.list({ workspace, limit: most + 1, ...defined({ after }) });
      const data = found.slice(0, most).map(showFlowSummary);
      const last = found.length > most ? data.at(-1) : undefined;
      return { data, next_cursor: last === undefined ? null : encodeCursor([last.name]) };
    },
  });
}

function checkFlow(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'checkFlow',
    method: 'POST',
    path: '/flows/check',
    chapter,
    summary: 'Everything that is wrong with a flow; nothing is kept',
    permission: 'flows:read',
    body: written,
    answer: problems,
    example: { body: { text: example } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const found = await flows.check(workspace, textOf(call.body));
      return { problems: found.map(showProblem) };
    },
  });
}

function putFlow(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'putFlow',
    method: 'PUT',
    path: '/flows/{name}',
    chapter,
    summary: 'Keeps a flow, or another version of it',
    description:
      'The name is that of its field `flow`. The same text again changes nothing and is answered with 200. What is wrong with it stands in `details.problems`, all at once. Runs that are under way go on with their version.',
    permission: 'flows:write',
    body: written,
    answer: keptFlow,
    isMaking: 'once',
    action: 'flows.put',
    example: { params: { name: 'greet' }, body: { text: example } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { name = '' } = call.params;
      const text = textOf(call.body);
      const { flow, isNew } = await flows.put({ workspace, name, text, by: call.caller.keyId });
      return isNew ? showFlow(flow) : new ApiKnown(showFlow(flow));
    },
  });
}

function getFlow(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'getFlow',
    method: 'GET',
    path: '/flows/{name}',
    chapter,
    summary: 'One flow, with its text',
    permission: 'flows:read',
    query: object({ version: optional(flowVersion) }),
    answer: keptFlow,
    example: { params: { name: 'greet' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { name = '' } = call.params;
      const { version } = call.query;
      return showFlow(await flows.get({ workspace, flow: name, ...defined({ version }) }));
    },
  });
}

function estimateFlow(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'estimateFlow',
    method: 'POST',
    path: '/flows/{name}/estimate',
    chapter,
    summary: 'What a run would cost and how long it would take; nothing is run',
    permission: 'flows:read',
    body: estimateQuestion,
    answer: estimate,
    example: { params: { name: 'greet' }, body: { payload: { name: 'Ada' } } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { name = '' } = call.params;
      const { payload, version } = call.body;
      const identity = identityIn(call, workspace);
      return showEstimate(
        await flows.estimate({ workspace, flow: name, identity, ...defined({ payload, version }) }),
      );
    },
  });
}

function removeFlow(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'removeFlow',
    method: 'DELETE',
    path: '/flows/{name}',
    chapter,
    summary: 'Removes a flow, and shows it a last time',
    description: 'No run starts with it any more; those that are under way go on.',
    permission: 'flows:write',
    answer: keptFlow,
    action: 'flows.remove',
    example: { params: { name: 'greet-no-more' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { name = '' } = call.params;
      const last = await flows.get({ workspace, flow: name });
      await flows.remove(workspace, name);
      return showFlow(last);
    },
  });
}

function textOf({
  text,
  flow,
}: {
  readonly text?: string | undefined;
  readonly flow?: object | undefined;
}): string {
  if (text !== undefined && flow === undefined) return text;
  if (text === undefined && flow !== undefined) return JSON.stringify(flow);
  throw new KeelsonError('invalid_request', 'The body has either `text` or `flow`.', {
    hint: 'Send the file as it is as `text`, or the same as JSON as `flow`.',
    details: { field: 'body.text' },
  });
}
