/** Which command the first words of a line name. */
import type { CommandSpec, FoundCommand } from './command-spec.ts';
import { generalFlags } from './general-flags.ts';
import { UsageError } from './usage-error.ts';

export interface FoundLine extends FoundCommand {
  /** What stands behind the names of the command, general flags in front of them included. */
  readonly rest: readonly string[];
}

/** General flags may stand in front of the command, where they are looked past. */
export function findCommand(root: CommandSpec, words: readonly string[]): FoundLine {
  const path: string[] = [];
  const rest = [...words];
  let spec = root;
  for (let at = nextWord(rest, spec); spec.commands !== undefined; at = nextWord(rest, spec)) {
    const word = at === undefined ? undefined : rest[at];
    const name = word?.replace(/^--/, '');
    const next = spec.commands.find((each) => each.name === name) ?? usualOf(spec, name, rest);
    if (next === undefined) {
      if (name === undefined || at === undefined) break;
      throw unknownCommand(name, path, spec);
    }
    if (next.name === name && at !== undefined) rest.splice(at, 1);
    path.push(next.name);
    spec = next;
  }
  return { path, spec, rest };
}

/** Where the first word is that is no flag, but for one that is meant as a command. */
function nextWord(words: readonly string[], { asFlags = [] }: CommandSpec): number | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return undefined;
    if (!word.startsWith('-') || asFlags.some((name) => word === `--${name}`)) return at;
    const flag = generalFlags.find(({ name, short }) => word === `--${name}` || word === `-${short}`);
    if (flag?.value !== undefined) at++;
  }
  return undefined;
}

/** Only where no word follows, or nobody could misspell a command; help is about all of them. */
function usualOf(
  spec: CommandSpec,
  name: string | undefined,
  rest: readonly string[],
): CommandSpec | undefined {
  if (name !== undefined || rest.includes('--help') || rest.includes('-h')) return undefined;
  return spec.commands?.find((each) => each.name === spec.usual);
}

function unknownCommand(name: string, path: readonly string[], spec: CommandSpec): UsageError {
  const known = (spec.commands ?? []).filter(({ isHidden }) => !isHidden).map((each) => each.name);
  const before = ['keelson', ...path].join(' ');
  const shown = name.slice(0, 60);
  return new UsageError(`There is no command \`${before} ${shown}\`.`, {
    hint: `\`${before} --help\` lists what there is.`,
    misspelt: { name, known, mark: '' },
  });
}
