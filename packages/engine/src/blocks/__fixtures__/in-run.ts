/** The path of a node in a run, by the nodes above it: every path begins with the name that a run gives its first block. */
export function inRun(nodes: string): string {
  return ['', 'root', nodes].join('/');
}
