/** Checks the shape of a graph once, when it is built: entry, targets, ways out, nodes that nothing reaches. */
import { didYouMean } from '../errors/index.ts';
import { isNodeName } from './define-block.ts';
import { type GraphProblem, graphProblem } from './graph-problem.ts';

export interface GraphShape {
  readonly entry: string;
  readonly maxSteps: number;
  readonly nodes: readonly string[];
  readonly edges: ReadonlyMap<string, readonly ShapeEdge[]>;
}

interface ShapeEdge {
  readonly to: string;
  readonly isConditional: boolean;
}

export const usualMaxSteps = 128;
const mostSteps = 1_000_000;
const mostNodes = 10_000;

export function checkGraph(shape: GraphShape): GraphProblem[] {
  return [...checkNodes(shape), ...checkEdges(shape), ...checkReach(shape)];
}

function checkNodes({ entry, nodes, maxSteps }: GraphShape): GraphProblem[] {
  const problems: GraphProblem[] = [];
  if (nodes.length === 0)
    problems.push(graphProblem('invalid_graph', ['nodes'], 'there are none; a graph needs at least one.'));
  else if (!nodes.includes(entry)) problems.push(unknown(entry, nodes, ['entry']));
  if (nodes.length > mostNodes)
    problems.push(
      graphProblem('invalid_graph', ['nodes'], `are more than ${mostNodes}; split the graph into flows.`),
    );
  for (const node of nodes.filter((name) => !isNodeName(name))) {
    const says = 'is no name for a node: 1 to 200 characters without slashes, tildes and control characters.';
    problems.push(graphProblem('invalid_graph', ['nodes', node], says));
  }
  if (!Number.isSafeInteger(maxSteps) || maxSteps < 1 || maxSteps > mostSteps) {
    const says = `must be a whole number from 1 to ${mostSteps}: what ends a cycle that nothing else ends.`;
    problems.push(graphProblem('invalid_graph', ['maxSteps'], says));
  }
  return problems;
}

function checkEdges({ nodes, edges }: GraphShape): GraphProblem[] {
  const known = new Set(nodes);
  const problems: GraphProblem[] = [];
  for (const [from, ways] of edges) {
    const keys = ['edges', from];
    if (!known.has(from)) problems.push(unknown(from, nodes, keys));
    ways.forEach((way, index) => {
      if (!known.has(way.to)) problems.push(unknown(way.to, nodes, [...keys, index, 'to']));
      if (!way.isConditional && index < ways.length - 1) {
        const says = 'always holds, so that the ways after it are never taken; put it last.';
        problems.push(graphProblem('invalid_graph', [...keys, index], says));
      }
    });
    if (ways.at(-1)?.isConditional === false) continue;
    const says =
      ways.length === 0
        ? 'has no way; leave it out, and the node ends the graph.'
        : 'has no way for when no condition holds; end it with a way without a condition.';
    problems.push(graphProblem('no_transition', keys, says));
  }
  return problems;
}

function checkReach({ entry, nodes, edges }: GraphShape): GraphProblem[] {
  if (!nodes.includes(entry)) return [];
  const reached = new Set([entry]);
  for (const node of reached) for (const { to } of edges.get(node) ?? []) reached.add(to);
  const says = 'is reached by nothing; lead an edge to it, or remove it.';
  return nodes
    .filter((node) => !reached.has(node))
    .map((node) => graphProblem('invalid_graph', ['nodes', node], says));
}

function unknown(name: string, nodes: readonly string[], keys: readonly (string | number)[]): GraphProblem {
  const some = nodes.slice(0, 10).map((node) => `\`${node}\``);
  const hint =
    didYouMean(name, nodes) ?? `There are ${some.join(', ')}${nodes.length > 10 ? ' and others' : ''}.`;
  return graphProblem('unknown_node', keys, `\`${name}\` is no node of the graph. ${hint}`);
}
