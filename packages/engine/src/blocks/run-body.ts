/** Runs what is inside a block: the code of a leaf, or a composite. */
import type { AnyBlock } from '@keelson/core';
import type { Ending } from './ending.ts';
import type { Frame } from './frame.ts';
import { untilAborted } from './interruption.ts';
import { runAll, runBranch, runEach, runFlow, runLoop, runRace, runSeq } from './run-children.ts';
import { runGraph } from './run-graph.ts';
import { isThenable } from './thenable.ts';

export function runBody(frame: Frame, { name, body }: AnyBlock, payload: unknown): Ending | Promise<Ending> {
  switch (body.type) {
    case 'leaf':
      return runLeaf(frame, body.run(payload as never, frame));
    case 'seq':
      return runSeq(frame, body, payload);
    case 'all':
      return runAll(frame, body, payload);
    case 'each':
      return runEach(frame, body, payload);
    case 'race':
      return runRace(frame, body, payload);
    case 'branch':
      return runBranch(frame, body, name, payload);
    case 'loop':
      return runLoop(frame, body, name, payload);
    case 'flow':
      return runFlow(frame, body, payload);
    case 'graph':
      return runGraph(frame, body, name, payload);
  }
}

function runLeaf(frame: Frame, result: unknown): Ending | Promise<Ending> {
  return isThenable(result) ? awaitLeaf(frame, result) : { success: true, data: result };
}

async function awaitLeaf(frame: Frame, work: PromiseLike<unknown>): Promise<Ending> {
  const { interrupting } = frame;
  return {
    success: true,
    data: await (interrupting === undefined ? work : untilAborted(work, interrupting)),
  };
}
