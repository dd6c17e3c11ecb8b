/** Every command that the documentation names exists: npm scripts in package.json, `keelson` commands in the cli. */
import type { Problem } from '../problem.ts';
import { type CodePiece, readCode } from '../read-markdown.ts';
import type { Tree } from '../read-sources.ts';
import type { TreeRule } from '../rule.ts';

const pages = /^(README|AGENTS|CONTRIBUTING)\.md$|^docs\/.*\.md$|(^|\/)AGENTS\.md$/;
const commandsFolder = 'packages/cli/src/commands/';
/** Where a command may stand in a line of shell. */
const atCommand = String.raw`(?:^|[;&|(]\s*|\$\s+)(?:[A-Z_][A-Z0-9_]*=\S*\s+)*`;

export const commandDocsRule: TreeRule = (tree) => {
  const scripts = new Set(Object.keys(tree.manifests.get('')?.scripts ?? {}));
  const commands = listCommands(tree);
  return tree.paths
    .filter((path) => pages.test(path))
    .flatMap((path) =>
      readCode(tree.read(path) ?? '').flatMap((piece) => [
        ...checkScripts(path, piece, scripts),
        ...(commands.size === 0 ? [] : checkCommands(path, piece, commands)),
      ]),
    );
};

function listCommands(tree: Tree): Set<string> {
  return new Set(
    tree.sources
      .filter(({ path, kind }) => path.startsWith(commandsFolder) && kind === 'source')
      .map(({ path }) => path.slice(commandsFolder.length).replace(/[/.].*$/, '')),
  );
}

function checkScripts(path: string, piece: CodePiece, scripts: ReadonlySet<string>): Problem[] {
  const shell = withoutComment(piece.text);
  // A command for another folder names that folder's scripts, not ours.
  if (/\s(-w|--workspaces?|--prefix|-C)\b/.test(shell)) return [];
  const runs = [...shell.matchAll(/\bnpm\s+(?:run|run-script)\s+(?:-\S+\s+)*([^\s-][^\s`'")|;,]*)/g)];
  const shorts = [
    ...shell.matchAll(new RegExp(`${atCommand}npm\\s+(start|stop|restart|test|t)\\b(?!:)`, 'g')),
  ];
  const names = [...runs, ...shorts].map((match) => (match[1] === 't' ? 'test' : (match[1] ?? '')));
  return names
    .filter((name) => !isScript(name, scripts))
    .map((name) =>
      problem(path, piece.line, `package.json has no script \`${name}\`; add it or correct the page.`),
    );
}

/** `bench:NAME` and `bench:<name>` stand for a family: one of it must exist. */
function isScript(name: string, scripts: ReadonlySet<string>): boolean {
  const family = /^(.*?)(?:[A-Z]|<|\*|…)/.exec(name)?.[1];
  return family === undefined ? scripts.has(name) : [...scripts].some((script) => script.startsWith(family));
}

function checkCommands(path: string, piece: CodePiece, commands: ReadonlySet<string>): Problem[] {
  const named = new RegExp(`${atCommand}(?:npx\\s+)?keelson\\s+([a-z][a-z-]*)(?=\\s|$)`, 'g');
  return [...withoutComment(piece.text).matchAll(named)]
    .map((match) => match[1] ?? '')
    .filter((name) => !commands.has(name))
    .map((name) => {
      const says = `\`keelson ${name}\` does not exist under ${commandsFolder}; add it or correct the page.`;
      return problem(path, piece.line, says);
    });
}

function withoutComment(shell: string): string {
  return shell.replace(/(^|\s)#.*$/, '');
}

function problem(file: string, line: number, says: string): Problem {
  return { rule: 'command-docs', file, line, says };
}
