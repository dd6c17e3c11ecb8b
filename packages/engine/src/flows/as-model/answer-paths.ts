/** Which blocks of a flow say its answer while they work, as far as its structure decides that. */
import type { AnyBlock, Policy } from '@keelson/core';

/**
 * The paths of blocks whose output is the output of the whole and who tell it in pieces. A block that may run again, or inside one
 * that may, is none of them: what a caller has been told cannot be taken back.
 */
export function answerPaths(block: AnyBlock): ReadonlySet<string> {
  const paths = new Set<string>();
  add(block, '/root', paths);
  return paths;
}

function add(block: AnyBlock, path: string, paths: Set<string>): void {
  const { body, recovery, tellsOutput } = block;
  if (recovery.some(runsAgain)) return;
  switch (body.type) {
    case 'leaf':
      if (tellsOutput === true) paths.add(path);
      return;
    case 'seq': {
      const last = body.children.at(-1);
      if (last !== undefined) add(last.block, `${path}/${last.node}`, paths);
      return;
    }
    case 'branch':
      for (const { node, block: one } of body.cases) add(one, `${path}/${node}`, paths);
      add(body.otherwise, `${path}/otherwise`, paths);
      return;
    case 'flow':
      add(body.block, `${path}/${body.node}`, paths);
      return;
    case 'graph':
      for (const [node, { block: one }] of Object.entries(body.nodes))
        if (body.edges[node] === undefined) add(one, `${path}/${node}`, paths);
      return;
    // Of all others nobody knows before the end whose output it will be, or it is no text.
    default:
  }
}

function runsAgain({ kind }: Policy): boolean {
  return kind !== 'bubble';
}
