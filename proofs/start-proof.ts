// Runs a proof as `npm run prove:NAME` does, for the tests of the proofs: what it printed, and what of it was not met.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const compileCache = join(import.meta.dirname, '../node_modules/.cache/compile');

export interface ProofLine {
  readonly proof: string;
  readonly case: string;
  readonly met: boolean;
  readonly tried: number;
  readonly stage?: string;
}

export function startProof(name: string, ...more: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...more], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const seen = ended.then(([output, progress, [code]]) => {
    const lines = output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ProofLine]));
    const unmet = lines.flatMap((line) => (line.met ? [] : [line.case]));
    return { code: code as number, lines, unmet, progress };
  });
  return { child, seen };
}
