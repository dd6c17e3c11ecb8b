/** No import cycles, types and re-exports included. An `import()` inside a function does not close a cycle. */
import { resolveRelative } from '../locate.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile, Tree } from '../read-sources.ts';
import { createReport, type TreeRule } from '../rule.ts';

const report = createReport('cycles');

/** By file: the files it imports, with the offset of the import. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const cyclesRule: TreeRule = (tree) => {
  const graph = buildGraph(tree);
  const files = new Map(tree.sources.map((file) => [file.path, file]));
  return findKnots(graph).flatMap((knot) => reportKnot(graph, files, knot));
};

function buildGraph(tree: Tree): Graph {
  const known = new Set(tree.sources.map((file) => file.path));
  const edgesOf = (file: SourceFile): Map<string, number> => {
    const edges = new Map<string, number>();
    for (const { specifier, kind, offset } of file.imports) {
      const target = resolveRelative(file.path, specifier);
      if (target !== undefined && kind !== 'dynamic' && known.has(target)) edges.set(target, offset);
    }
    return edges;
  };
  return new Map(tree.sources.map((file) => [file.path, edgesOf(file)]));
}

function reportKnot(
  graph: Graph,
  files: ReadonlyMap<string, SourceFile>,
  knot: readonly string[],
): Problem[] {
  const [first = ''] = knot.toSorted();
  const path = findShortestLoop(graph, new Set(knot), first);
  const file = files.get(first);
  const offset = graph.get(first)?.get(path[1] ?? '');
  if (file === undefined || offset === undefined) return [];
  const says = `import cycle: ${path.join(' -> ')}; move what they share into a file that imports none of them.`;
  return [report(file, offset, says)];
}

/** Breadth first from the start back to it, inside one knot. */
function findShortestLoop(graph: Graph, knot: ReadonlySet<string>, start: string): string[] {
  const queue: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of graph.get(path.at(-1) ?? '')?.keys() ?? []) {
      if (next === start) return [...path, start];
      if (!knot.has(next) || seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return [];
}

/**
 * The strongly connected groups that hold a cycle: peel off, again and again, every file that imports nothing left or
 * that nothing left imports; what remains is grouped by who reaches whom both ways.
 */
function findKnots(graph: Graph): string[][] {
  const left = peel(graph);
  const knots: string[][] = [];
  for (const start of left) {
    const reached = reachableFrom(graph, start, left);
    const knot = [...reached].filter((other) => reachableFrom(graph, other, left).has(start));
    for (const member of knot) left.delete(member);
    if (knot.length > 0) knots.push(knot);
  }
  return knots;
}

function peel(graph: Graph): Set<string> {
  const left = new Set(graph.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left].flatMap((file) => [...(graph.get(file)?.keys() ?? [])]));
    for (const file of left) {
      const importsSomethingLeft = [...(graph.get(file)?.keys() ?? [])].some((target) => left.has(target));
      if (!importsSomethingLeft || !imported.has(file)) left.delete(file);
    }
  }
  return left;
}

function reachableFrom(graph: Graph, start: string, within: ReadonlySet<string>): Set<string> {
  const reached = new Set<string>();
  const pending = [start];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const next of graph.get(file)?.keys() ?? []) {
      if (!within.has(next) || reached.has(next)) continue;
      reached.add(next);
      pending.push(next);
    }
  }
  return reached;
}
