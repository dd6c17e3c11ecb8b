/**
 * Graphs: nodes that are blocks, edges with conditions, cycles with a cap. Checked here, once; running one never checks
 * again.
 */
import type {
  AnyBlock,
  Block,
  GraphBody,
  GraphEdge,
  GraphNode,
  OutputOf,
  PayloadOf,
  Sources,
} from './block.ts';
import { checkGraph, usualMaxSteps } from './check-graph.ts';
import { inherited } from './composites.ts';
import { defineBlock } from './define-block.ts';
import { type GraphProblem, invalidGraph } from './graph-problem.ts';

/** A block by itself gets the output of the node before. */
export type NodeDefinition =
  | AnyBlock
  | {
      readonly block: AnyBlock;
      /** Pure: makes the node's payload of what there is. */
      readonly input?: (sources: Sources) => unknown;
      /** Keys of the graph's context that the node may see; none when left out. */
      readonly context?: readonly string[];
    };

export interface EdgeDefinition<Node extends string = string> {
  /** For records and failures; the place in the list when left out. */
  readonly name?: string;
  readonly to: Node;
  /** Pure. Absent: always. */
  readonly when?: (output: never, sources: Sources) => boolean;
}

/** A node's name stands for one way that is always taken. */
export type Ways<Node extends string = string> = Node | readonly EdgeDefinition<Node>[];

interface GraphDefinition<
  Nodes extends Readonly<Record<string, NodeDefinition>>,
  Edges extends Readonly<Partial<Record<keyof Nodes & string, Ways<keyof Nodes & string>>>>,
  Entry extends keyof Nodes & string,
> {
  readonly entry: Entry;
  readonly nodes: Nodes;
  /** A node that is left out ends the graph: its output is the graph's. */
  readonly edges: Edges;
  /** The most nodes that one run visits; 128 when left out. */
  readonly maxSteps?: number;
}

type BlockOf<Node> = Node extends { readonly block: infer Inner } ? Inner : Node;
type EntryPayload<Node> = Node extends { readonly block: AnyBlock; readonly input: unknown }
  ? unknown
  : PayloadOf<BlockOf<Node>>;

/** `graph('review', { entry: 'draft', nodes: { draft, check, publish }, edges: { draft: 'check', check: [...] } })`. */
export function graph<
  const Nodes extends Readonly<Record<string, NodeDefinition>>,
  const Edges extends Readonly<Partial<Record<keyof Nodes & string, Ways<keyof Nodes & string>>>>,
  const Entry extends keyof Nodes & string,
>(
  name: string,
  definition: GraphDefinition<Nodes, Edges, Entry>,
): Block<EntryPayload<Nodes[Entry]>, OutputOf<BlockOf<Nodes[Exclude<keyof Nodes, keyof Edges>]>>> {
  const built = buildGraph(name, definition);
  if (!('block' in built)) throw invalidGraph(name, built.problems);
  return built.block;
}

/** The same for graphs that come from elsewhere: problems are given back, all of them. */
export function buildGraph(
  name: string,
  definition: {
    readonly entry: string;
    readonly nodes: Readonly<Record<string, NodeDefinition>>;
    readonly edges: Readonly<Partial<Record<string, Ways>>>;
    readonly maxSteps?: number;
    readonly version?: string;
  },
): { readonly block: Block<unknown, never> } | { readonly problems: readonly GraphProblem[] } {
  const { entry, maxSteps = usualMaxSteps, version } = definition;
  const nodes = readNodes(definition.nodes);
  const edges = readEdges(definition.edges);
  const shape = new Map(
    Object.entries(edges).map(([from, ways]) => [
      from,
      ways.map(({ to, when }) => ({ to, isConditional: when !== undefined })),
    ]),
  );
  const problems = checkGraph({ entry, maxSteps, nodes: Object.keys(nodes), edges: shape });
  if (problems.length > 0) return { problems };
  const body: GraphBody = {
    type: 'graph',
    entry,
    maxSteps,
    nodes: Object.freeze(nodes),
    edges: Object.freeze(edges),
  };
  const blocks = Object.values(nodes).map(({ block }) => block);
  return {
    block: defineBlock({ name, kind: 'graph', ...(version && { version }), ...inherited(blocks), body }),
  };
}

function readNodes(nodes: Readonly<Record<string, NodeDefinition>>): Record<string, GraphNode> {
  const read: Record<string, GraphNode> = Object.create(null) as Record<string, GraphNode>;
  for (const [node, definition] of Object.entries(nodes)) {
    if ('body' in definition) read[node] = Object.freeze({ node, block: definition, context: [] });
    else {
      const { block, input, context = [] } = definition;
      read[node] = Object.freeze({ node, block, context, ...(input && { input }) });
    }
  }
  return read;
}

function readEdges(edges: Readonly<Partial<Record<string, Ways>>>): Record<string, readonly GraphEdge[]> {
  const read: Record<string, readonly GraphEdge[]> = Object.create(null) as Record<string, GraphEdge[]>;
  for (const [from, ways] of Object.entries(edges)) {
    if (ways === undefined) continue;
    const list = typeof ways === 'string' ? [{ to: ways }] : ways;
    read[from] = Object.freeze(list.map((way, index) => readEdge(from, way, index)));
  }
  return read;
}

function readEdge(from: string, { name, to, when }: EdgeDefinition, index: number): GraphEdge {
  const edge = { name: `${from}>${to}:${name ?? index}`, to };
  return Object.freeze(when === undefined ? edge : { ...edge, when: when as GraphEdge['when'] & object });
}
