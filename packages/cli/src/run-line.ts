/** One line from its words to its exit code: finds the command, runs it, prints what it gave back or what went wrong. */
import { enableCompileCache } from 'node:module';
import { catalog } from './catalog/index.ts';
import type { Outcome } from './line/command-spec.ts';
import { findCommand } from './line/find-command.ts';
import type { Input } from './line/input.ts';
import { parseLine } from './line/parse-line.ts';
import { renderHelp } from './line/render-help.ts';
import { UsageError } from './line/usage-error.ts';
import { createLook, type Look } from './terminal/look.ts';
import { isTerminal, writeAside, writeOut } from './terminal/write-out.ts';

const interrupted = 130;
/** Whoever has not ended by then waits for something that does not come. */
const longestEndMs = 2000;

export async function runLine(words: readonly string[], version: string): Promise<number> {
  try {
    return await runCommand(words, version);
  } catch (thrown) {
    return tellError(thrown, words);
  }
}

async function runCommand(words: readonly string[], version: string): Promise<number> {
  const command = findCommand(catalog, words);
  const input = parseLine(command, command.rest);
  const look = lookOf('output', input.text('color'));
  if (input.isOn('version')) return print(`${version}\n`);
  if (input.isOn('help') || command.spec.load === undefined) {
    if (input.isOn('help') || words.length === 0) return print(renderHelp(command, look));
    throw new UsageError(`\`${['keelson', ...command.path].join(' ')}\` is several commands.`, {
      hint: `Write one of ${(command.spec.commands ?? []).map(({ name }) => name).join(', ')}.`,
    });
  }
  // For the help alone it would cost more than it spares.
  enableCompileCache();
  const { run } = await command.spec.load();
  const stopping = command.spec.isServer ? new AbortController() : abortOnSignal();
  const noted = new Set<string>();
  const outcome = await run(input, {
    folder: process.cwd(),
    environment: process.env,
    stopping: stopping.signal,
    version,
    catalog,
    note: (text) => void noted.add(text),
    say: print,
  });
  if (outcome !== undefined)
    printOutcome({ ...outcome, notes: [...noted, ...(outcome.notes ?? [])] }, input, look);
  return stopping.signal.aborted ? interrupted : (outcome?.exitCode ?? 0);
}

function printOutcome(outcome: Outcome, input: Input, look: Look): void {
  if (input.isOn('json')) {
    print(`${JSON.stringify(outcome.data, null, 2)}\n`);
    return;
  }
  print(outcome.text(look));
  const aside = lookOf('errors', input.text('color'));
  for (const note of outcome.notes ?? []) writeAside(`${aside.yellow('note:')} ${note}\n`);
}

function print(text: string): 0 {
  writeOut(text);
  return 0;
}

async function tellError(thrown: unknown, words: readonly string[]): Promise<number> {
  const { readError, renderError } = await import('./line/tell-error.ts');
  const told = readError(thrown);
  const { exitCode, ...error } = told;
  if (words.includes('--json')) print(`${JSON.stringify({ error }, null, 2)}\n`);
  else writeAside(renderError(told, lookOf('errors', undefined)));
  if (process.env.KEELSON_DEBUG) console.error(thrown);
  return exitCode;
}

function lookOf(channel: 'output' | 'errors', when: string | undefined): Look {
  return createLook({ isTerminal: isTerminal(channel), when, environment: process.env });
}

/** What writes a file ends that first; it takes milliseconds. */
function abortOnSignal(): AbortController {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(interrupted);
    stopping.abort();
    setTimeout(() => process.exit(interrupted), longestEndMs).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return stopping;
}
