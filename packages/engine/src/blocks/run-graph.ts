/** Walks a graph from its entry to a node without a way on. It was checked when it was built, and is not checked again. */
import { type GraphBody, type GraphEdge, type JsonObject, refuse, type Sources } from '@keelson/core';
import { type Ending, endWith } from './ending.ts';
import type { Frame } from './frame.ts';
import { checkCondition, mapInput } from './run-children.ts';

export async function runGraph(
  frame: Frame,
  { entry, nodes, edges, maxSteps }: GraphBody,
  name: string,
  payload: unknown,
): Promise<Ending> {
  const outputs: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const visits = new Map<string, number>();
  let at = entry;
  let previous = payload;
  frame.ways = [];
  for (let step = 1; step <= maxSteps; step += 1) {
    const { block, input, context } = nodes[at] as GraphBody['nodes'][string];
    const sources: Sources = { request: payload, previous, outputs };
    const given = input === undefined ? previous : mapInput(() => input(sources), at);
    const visit = (visits.get(at) ?? 0) + 1;
    visits.set(at, visit);
    const node = visit === 1 ? at : `${at}[${visit}]`;
    const response = await frame.visit(node, block, given, pick(frame.context, context));
    const ending = endWith(response, block.name, node);
    const ways = edges[at];
    if (!response.success || ways === undefined) return ending;
    outputs[at] = response.data;
    previous = response.data;
    const way = choose(ways, { request: payload, previous, outputs }, name);
    frame.ways.push(way.name);
    at = way.to;
  }
  throw refuse('max_steps_exceeded', { node: name, max: maxSteps });
}

function choose(ways: readonly GraphEdge[], sources: Sources, graph: string): GraphEdge {
  for (const way of ways) {
    const { when } = way;
    if (when === undefined) return way;
    if (checkCondition(() => when(sources.previous, sources), { node: graph, condition: way.name }))
      return way;
  }
  throw refuse('no_transition', { node: graph });
}

/** Only what was passed on purpose. */
function pick(context: JsonObject, keys: readonly string[]): JsonObject | undefined {
  if (keys.length === 0) return undefined;
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(context, key)).map((key) => [key, context[key] ?? null]),
  );
}
