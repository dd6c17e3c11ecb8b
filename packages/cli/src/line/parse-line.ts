/** From the words behind a command to its flags and words, or to what is wrong with them. */
import type { CommandSpec, FlagSpec, FoundCommand, WordSpec } from './command-spec.ts';
import { generalFlags } from './general-flags.ts';
import { Input, splitList } from './input.ts';
import { UsageError } from './usage-error.ts';

export function parseLine(command: FoundCommand, rest: readonly string[]): Input {
  const flags = [...(command.spec.flags ?? []), ...generalFlags];
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (word === '--') {
      words.push(...rest.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const { flag, inline } = readFlag(word, flags, command);
    at += flag.value === undefined || inline !== undefined ? 0 : 1;
    const value = readValue(flag, inline, rest[at]);
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  // Whoever asks for help need not know yet what else to write.
  if (!values.has('help') && !values.has('version')) checkWords(words, command);
  return new Input(
    words,
    values,
    flags.map(({ name }) => name),
  );
}

function readFlag(
  word: string,
  flags: readonly FlagSpec[],
  command: FoundCommand,
): { readonly flag: FlagSpec; readonly inline?: string } {
  const [, dashes = '', name = '', inline] = /^(--?)([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const flag = flags.find((each) => (dashes === '--' ? each.name : each.short) === name);
  if (flag === undefined) throw unknownFlag(`${dashes}${name}`, flags, command);
  if (inline !== undefined && flag.value === undefined)
    throw new UsageError(`\`--${flag.name}\` takes no value.`, { hint: `Write \`--${flag.name}\` alone.` });
  return { flag, ...(inline !== undefined && { inline }) };
}

function unknownFlag(written: string, flags: readonly FlagSpec[], command: FoundCommand): UsageError {
  const before = lineOf(command);
  return new UsageError(`\`${before}\` has no flag \`${written.slice(0, 60)}\`.`, {
    hint: `\`${before} --help\` lists its flags.`,
    misspelt: { name: written.replace(/^-+/, ''), known: flags.map(({ name }) => name), mark: '--' },
  });
}

function readValue(flag: FlagSpec, inline: string | undefined, next: string | undefined): string {
  if (flag.value === undefined) return 'true';
  const value = inline ?? next;
  if (value === undefined || (inline === undefined && /^-[^\d]/.test(value)))
    throw new UsageError(`\`--${flag.name}\` needs a value.`, {
      hint: `Write \`--${flag.name} ${flag.value}\`: ${flag.about}.`,
    });
  checkValue(flag, value);
  return value;
}

const forms = { count: /^\d{1,15}$/, number: /^\d{1,15}(\.\d{1,12})?$/ } as const;

function checkValue({ name, choices, repeats, kind = 'text' }: FlagSpec, value: string): void {
  const shown = value.slice(0, 60);
  const stray = (repeats ? splitList([value]) : [value]).find((each) => !choices?.includes(each));
  if (choices !== undefined && stray !== undefined)
    throw new UsageError(`\`--${name}\` cannot be \`${stray.slice(0, 60)}\`.`, {
      hint: `Write one of ${choices.join(', ')}.`,
      misspelt: { name: stray, known: choices, mark: '' },
    });
  if (kind !== 'text' && !forms[kind].test(value))
    throw new UsageError(`\`--${name}\` cannot be \`${shown}\`.`, {
      hint: kind === 'count' ? 'Write a whole number from 0.' : 'Write a number such as 2.5.',
    });
}

function checkWords(words: readonly string[], command: FoundCommand): void {
  const { words: wanted = [] } = command.spec;
  const needed = wanted.filter(({ isOptional }) => !isOptional);
  const missing = needed[words.length];
  if (missing !== undefined)
    throw new UsageError(`\`${lineOf(command)}\` needs ${missing.name}: ${missing.about}.`, {
      hint: `Write \`${usageOf(command)}\`.`,
    });
  const stray = wanted.at(-1)?.repeats ? undefined : words[wanted.length];
  if (stray !== undefined)
    throw new UsageError(`\`${lineOf(command)}\` can do nothing with \`${stray.slice(0, 60)}\`.`, {
      hint: `Write \`${usageOf(command)}\`.`,
    });
  for (const [at, word] of words.entries()) checkChoice(wanted[at], word);
}

function checkChoice(wanted: WordSpec | undefined, word: string): void {
  if (wanted?.choices === undefined || wanted.choices.includes(word)) return;
  throw new UsageError(`${wanted.name} cannot be \`${word.slice(0, 60)}\`.`, {
    hint: `Write one of ${wanted.choices.join(', ')}.`,
    misspelt: { name: word, known: wanted.choices, mark: '' },
  });
}

const lineOf = ({ path }: FoundCommand): string => ['keelson', ...path].join(' ');

/** `keelson bind ALIAS MODEL… [flags]`. */
export function usageOf(command: FoundCommand): string {
  const { words = [], flags = [], commands } = command.spec;
  const parts = words.map(({ name, isOptional, repeats }) => {
    const shown = repeats ? `${name}...` : name;
    return isOptional ? `[${shown}]` : shown;
  });
  if (commands !== undefined) parts.push('COMMAND');
  if (flags.length > 0) parts.push('[flags]');
  return [lineOf(command), ...parts].join(' ');
}

/** Every command that can be run, with its path, in the order in which they are described. */
export function listCommands(root: CommandSpec, path: readonly string[] = []): FoundCommand[] {
  return (root.commands ?? [])
    .filter(({ isHidden }) => !isHidden)
    .flatMap((spec) => {
      const own = { path: [...path, spec.name], spec };
      return spec.commands === undefined ? [own] : [own, ...listCommands(spec, own.path)];
    });
}
