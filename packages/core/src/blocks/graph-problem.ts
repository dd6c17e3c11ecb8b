/** One thing that is wrong with a graph, where it is, and what to do. All of them are told at once. */
import { BlockError } from './block-error.ts';
import type { Reason } from './reasons.ts';

export interface GraphProblem {
  readonly reason: Reason;
  /** In the words of the definition: `edges.check[1].to`. */
  readonly path: string;
  /** The same in parts, for whoever looks for its place in a text. */
  readonly keys: readonly (string | number)[];
  readonly says: string;
}

export function graphProblem(reason: Reason, keys: readonly (string | number)[], says: string): GraphProblem {
  const path = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return { reason, path: path.replace(/^\./, ''), keys, says };
}

export function invalidGraph(name: string, problems: readonly GraphProblem[]): BlockError {
  const lines = problems.map(({ path, says }) => `  ${path}: ${says}`);
  const message = `The graph \`${name}\` cannot be built:\n${lines.join('\n')}`;
  const details = {
    graph: name,
    problems: problems.map(({ reason, path, says }) => ({ reason, path, says })),
  };
  return new BlockError(
    { reason: 'invalid_graph', errorType: 'graph', details, effect: 'not_started' },
    message,
  );
}
