/** Shows somebody on a terminal what would happen, before they are asked whether it should. */
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { canAsk } from '../../terminal/ask.ts';
import { createLook, type Look } from '../../terminal/look.ts';
import { writeAside } from '../../terminal/write-out.ts';

interface Showing {
  readonly input: Input;
  readonly surroundings: Surroundings;
}

/** False where nobody is asked: it is then part of what is said in the end. */
export function showFirst(text: (look: Look) => string, { input, surroundings }: Showing): boolean {
  if (input.isOn('yes') || !canAsk()) return false;
  const { environment } = surroundings;
  writeAside(`${text(createLook({ isTerminal: true, when: input.text('color'), environment }))}\n`);
  return true;
}
