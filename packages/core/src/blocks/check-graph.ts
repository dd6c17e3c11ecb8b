/** Checks the shape of a graph once, when it is built: entry, targets, ways out, nodes that nothing reaches. */
import { didYouMean } from '../errors/index.ts';
import { isNodeName } from './define-block.ts';
import type { GraphProblem } from './graph-problem.ts';

export interface GraphShape {
  readonly entry: string;
  readonly maxSteps: number;
  readonly nodes: readonly string[];
  readonly edges: ReadonlyMap<string, readonly ShapeEdge[]>;
}

export interface ShapeEdge {
  readonly to: string;
  readonly isConditional: boolean;
}

export const usualMaxSteps = 128;
const mostSteps = 1_000_000;

export function checkGraph(shape: GraphShape): GraphProblem[] {
  return [...checkNodes(shape), ...checkEdges(shape), ...checkReach(shape)];
}

function checkNodes({ entry, nodes, maxSteps }: GraphShape): GraphProblem[] {
  const problems: GraphProblem[] = [];
  if (nodes.length === 0)
    problems.push({
      reason: 'invalid_graph',
      path: 'nodes',
      says: 'there are none; a graph needs at least one.',
    });
  else if (!nodes.includes(entry)) problems.push({ ...unknown(entry, nodes), path: 'entry' });
  for (const node of nodes.filter((name) => !isNodeName(name))) {
    const says = 'is no name for a node: 1 to 200 characters without slashes, tildes and control characters.';
    problems.push({ reason: 'invalid_graph', path: `nodes.${node}`, says });
  }
  if (!Number.isSafeInteger(maxSteps) || maxSteps < 1 || maxSteps > mostSteps) {
    const says = `must be a whole number from 1 to ${mostSteps}: what ends a cycle that nothing else ends.`;
    problems.push({ reason: 'invalid_graph', path: 'maxSteps', says });
  }
  return problems;
}

function checkEdges({ nodes, edges }: GraphShape): GraphProblem[] {
  const problems: GraphProblem[] = [];
  for (const [from, ways] of edges) {
    const path = `edges.${from}`;
    if (!nodes.includes(from)) problems.push({ ...unknown(from, nodes), path });
    ways.forEach((way, index) => {
      if (!nodes.includes(way.to)) problems.push({ ...unknown(way.to, nodes), path: `${path}[${index}].to` });
      if (!way.isConditional && index < ways.length - 1) {
        const says = 'always holds, so that the ways after it are never taken; put it last.';
        problems.push({ reason: 'invalid_graph', path: `${path}[${index}]`, says });
      }
    });
    if (ways.at(-1)?.isConditional !== false) {
      const says =
        ways.length === 0
          ? 'has no way; leave a node that ends the graph out of the edges.'
          : 'has no way for when no condition holds; end it with a way without a condition.';
      problems.push({ reason: 'no_transition', path, says });
    }
  }
  return problems;
}

function checkReach({ entry, nodes, edges }: GraphShape): GraphProblem[] {
  if (!nodes.includes(entry)) return [];
  const reached = new Set([entry]);
  for (const node of reached) for (const { to } of edges.get(node) ?? []) reached.add(to);
  return nodes
    .filter((node) => !reached.has(node))
    .map((node) => ({
      reason: 'invalid_graph',
      path: `nodes.${node}`,
      says: 'is reached by nothing; lead an edge to it, or remove it.',
    }));
}

function unknown(name: string, nodes: readonly string[]): Pick<GraphProblem, 'reason' | 'says'> {
  const hint = didYouMean(name, nodes) ?? `There are ${nodes.map((node) => `\`${node}\``).join(', ')}.`;
  return { reason: 'unknown_node', says: `\`${name}\` is no node of the graph. ${hint}` };
}
