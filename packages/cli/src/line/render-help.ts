/** The help of a command as text for people, made of its description. */
import type { Look } from '../terminal/look.ts';
import type { CommandSpec, FlagSpec, FoundCommand } from './command-spec.ts';
import { exitCodes } from './exit-codes.ts';
import { generalFlags } from './general-flags.ts';
import { usageOf } from './parse-line.ts';

export function renderHelp(command: FoundCommand, look: Look): string {
  const { spec, path } = command;
  const blocks = [
    [spec.about],
    ...(spec.details ?? []).map((paragraph) => [paragraph]),
    [`${look.bold('Usage:')} ${usageOf(command)}`],
    section(look, 'Commands', commandRows(spec)),
    section(look, 'Words', wordRows(spec)),
    section(look, 'Flags', flagRows(spec.flags ?? [])),
    section(look, 'Flags of every command', flagRows(generalFlags)),
    section(look, 'Examples', exampleLines(spec)),
    section(look, 'Exit codes', codeRows(spec, path)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

type Row = readonly [left: string, right: string];

function section(look: Look, title: string, rows: readonly Row[] | readonly string[]): string[] {
  if (rows.length === 0) return [];
  const widest = Math.max(...rows.map((row) => (typeof row === 'string' ? 0 : row[0].length)));
  const lines = rows.map((row) =>
    typeof row === 'string' ? `  ${row}` : `  ${row[0].padEnd(widest)}  ${row[1]}`,
  );
  return [look.bold(`${title}:`), ...lines];
}

const commandRows = ({ commands = [] }: CommandSpec): Row[] =>
  commands.filter(({ isHidden }) => !isHidden).map(({ name, about }) => [name, about]);

const wordRows = ({ words = [] }: CommandSpec): Row[] =>
  words.map(({ name, about, choices }) => [
    name,
    choices === undefined ? about : `${about}: ${choices.join(', ')}`,
  ]);

const flagRows = (flags: readonly FlagSpec[]): Row[] => flags.map((flag) => [flagText(flag), flag.about]);

export function flagText({ name, short, value }: FlagSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

const exampleLines = ({ examples = [] }: CommandSpec): string[] =>
  examples.flatMap(({ line, about }) => [`# ${about}`, line]);

/** Only what this command adds; the rest would stand in every help. */
function codeRows({ exitCodes: own = [] }: CommandSpec, path: readonly string[]): Row[] {
  const rows = path.length === 0 ? exitCodes : own;
  return rows.map(([code, meaning]) => [String(code), meaning]);
}
