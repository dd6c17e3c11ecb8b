/** A command in this process: what it gives back or why it does not, without the time that a process takes to start. */
import { catalog } from '../catalog/index.ts';
import { findCommand } from '../line/find-command.ts';
import { parseLine } from '../line/parse-line.ts';
import { readError } from '../line/tell-error.ts';
import { createLook } from '../terminal/look.ts';

export interface HereOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const look = createLook({ isTerminal: false, environment: {} });

/** `aside` is what is said besides: notes, or the error with its hint. */
export async function runHere(words: readonly string[], { folder, env }: HereOptions) {
  const noted: string[] = [];
  try {
    const command = findCommand(catalog, words);
    const input = parseLine(command, command.rest);
    const loaded = await command.spec.load?.();
    const outcome = await loaded?.run(input, {
      folder,
      environment: env,
      stopping: new AbortController().signal,
      version: '0.0.0',
      catalog,
      note: (text) => void noted.push(text),
      say: () => {},
    });
    const { exitCode: code = 0, data = null, notes = [], text = () => '' } = outcome ?? {};
    return { code, data: JSON.parse(JSON.stringify(data)), text: text(look), aside: [...noted, ...notes].join('\n') };
  } catch (thrown) {
    const { exitCode, message, hint } = readError(thrown);
    return { code: exitCode, data: undefined, text: '', aside: `${message}\n${hint}` };
  }
}
