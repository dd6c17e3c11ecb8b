/** Names of flows and ids of runs, for a shell that completes a line. The database is read where there is one. */
import type { Surroundings } from '../../line/command-spec.ts';
import { Input } from '../../line/input.ts';
import { withFlows } from './open-flows.ts';

const most = 100;
const flags = ['data', 'database-url', 'workspace', 'lockfile', 'profile', 'registry'];

export function completeFlows(kind: 'flow' | 'run', surroundings: Surroundings): Promise<readonly string[]> {
  const input = new Input([], new Map(), flags);
  return withFlows(input, surroundings, async (desk) => {
    if (kind === 'run') return (await desk.listRuns({ limit: most })).map(({ id }) => id);
    return (await desk.listFlows()).map(({ name }) => name);
  });
}
