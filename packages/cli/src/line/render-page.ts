/** docs/cli.md, made of the descriptions of the commands. */
import type { CommandSpec, FlagSpec, FoundCommand } from './command-spec.ts';
import { exitCodes } from './exit-codes.ts';
import { generalFlags } from './general-flags.ts';
import { listCommands, usageOf } from './parse-line.ts';
import { flagText } from './render-help.ts';

const introduction = `# Command line

This page is made of the commands' own help: \`npm run docs:cli\` writes it anew, and a test compares the two.

In this repository, \`node packages/cli/src/main.ts\` is the command; \`npm run build\` makes the package that has it as
\`keelson\`.

- What a command answers goes to the output, everything else to the error channel. With \`--json\` the output is one JSON
  value, also where something went wrong: \`{"error": {"code", "message", "hint", "retryable"}}\`.
- Colours are for terminals: not in pipes, not with \`NO_COLOR\`; \`FORCE_COLOR\` and \`--color always\` ask for them.
- A lockfile is the one that \`--lockfile\` names, \`KEELSON_LOCKFILE\` or \`LLMRING_LOCKFILE_PATH\`, otherwise the nearest going up
  from here; its profile that of \`--profile\`, \`KEELSON_PROFILE\`, \`LLMRING_PROFILE\`, otherwise its default
  ([lockfile.md](lockfile.md)).
- Settings come from flags, variables, \`.env\`, the file of the project and that of the user, the first that says something
  ([configuration.md](configuration.md)); \`keelson config show --origin\` tells from where.
- The registry is the one that Keelson brings along, and over it the one that \`--registry\` names, otherwise \`KEELSON_REGISTRY\` or
  \`LLMRING_REGISTRY_URL\` ([registry.md](registry.md)).
- \`keelson completion\` teaches bash, zsh and fish to complete commands, flags, aliases, profiles, models and providers.
- \`KEELSON_DEBUG=1\` adds the stack to an error.
`;

export function renderPage(root: CommandSpec): string {
  const sections = listCommands(root).map(renderCommand);
  const codes = exitCodes.map(([code, meaning]) => `| ${code} | ${meaning} |\n`).join('');
  return `${introduction}\n## Flags of every command\n\n${flagTable(generalFlags)}\n## Exit codes\n\n| Code | Meaning |\n| --- | --- |\n${codes}\n${sections.join('\n')}`;
}

function renderCommand(command: FoundCommand): string {
  const { spec, path } = command;
  const { words = [], flags = [], examples = [], details = [], exitCodes: codes = [] } = spec;
  const mark = '#'.repeat(path.length + 1);
  const parts = [
    `${mark} ${path.join(' ')}\n\n${cell(spec.about)}\n`,
    ...details.map((paragraph) => `${paragraph}\n`),
    `\`\`\`text\n${usageOf(command)}\n\`\`\`\n`,
  ];
  if (words.length > 0)
    parts.push(
      `| Word | Meaning |\n| --- | --- |\n${words
        .map(({ name, about, choices }) => {
          const more = choices === undefined ? '' : `: ${choices.join(', ')}`;
          return `| \`${name}\` | ${cell(about)}${more} |\n`;
        })
        .join('')}`,
    );
  if (flags.length > 0) parts.push(flagTable(flags));
  if (examples.length > 0)
    parts.push(`\`\`\`sh\n${examples.map(({ line, about }) => `# ${about}\n${line}\n`).join('')}\`\`\`\n`);
  if (codes.length > 0)
    parts.push(`It ends with ${codes.map(([code, meaning]) => `${code}: ${meaning}`).join('; ')}.\n`);
  return parts.join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function flagTable(flags: readonly FlagSpec[]): string {
  const rows = flags.map((flag) => `| \`${flagText(flag).trim()}\` | ${cell(flag.about)} |\n`);
  return `| Flag | Meaning |\n| --- | --- |\n${rows.join('')}`;
}
