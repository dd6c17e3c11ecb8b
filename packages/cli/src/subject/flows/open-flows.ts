/** Opens the flows that a command works with: those of a database here, or of a server that is named on the line. */
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import type { FlowDesk } from './flow-desk.ts';

export interface FlowNeeds {
  /** Makes the database where there is none; otherwise that is an error. */
  readonly makesDatabase?: boolean;
  /** What is kept is kept for as long as it takes, and nowhere. There need be no database. */
  readonly isDraft?: boolean;
}

export async function withFlows<Result>(
  input: Input,
  surroundings: Surroundings,
  use: (desk: FlowDesk) => Promise<Result>,
  needs: FlowNeeds = {},
): Promise<Result> {
  if (input.knows('server') && input.text('server') !== undefined) {
    const { openServer } = await import('../server/server.ts');
    const { createServerDesk } = await import('./server-desk.ts');
    return use(createServerDesk(await openServer(input, surroundings), input));
  }
  const { openLocalDesk } = await import('./open-local-desk.ts');
  const { desk, close } = await openLocalDesk(input, surroundings, needs);
  try {
    return await use(desk);
  } finally {
    await close();
  }
}
