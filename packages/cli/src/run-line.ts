/** One line from its words to its exit code: finds the command, runs it, prints what it gave back or what went wrong. */
import { enableCompileCache } from 'node:module';
import { catalog } from './catalog/index.ts';
import { codeFolder } from './line/cache-folder.ts';
import type { CommandSpec, Outcome } from './line/command-spec.ts';
import { findCommand } from './line/find-command.ts';
import { hasConfiguration } from './line/has-configuration.ts';
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
  const form = { isJson: words.includes('--json') };
  try {
    return await runCommand(words, version, form);
  } catch (thrown) {
    return tellError(thrown, form);
  }
}

/** In which an error is told as well; settings may ask for it. */
interface Form {
  isJson: boolean;
}

async function runCommand(words: readonly string[], version: string, form: Form): Promise<number> {
  const command = findCommand(catalog, words);
  const written = parseLine(command, command.rest);
  const look = lookOf('output', written.text('color'));
  if (written.isOn('version')) return print(`${version}\n`);
  if (written.isOn('help') || command.spec.load === undefined) {
    if (written.isOn('help') || words.length === 0) return print(renderHelp(command, look));
    throw new UsageError(`\`${['keelson', ...command.path].join(' ')}\` is several commands.`, {
      hint: `Write one of ${(command.spec.commands ?? []).map(({ name }) => name).join(', ')}.`,
    });
  }
  const stopping = command.spec.isServer ? new AbortController() : abortOnSignal();
  // For the help alone it would cost more than it spares.
  enableCompileCache(process.env.NODE_COMPILE_CACHE || codeFolder(process.env));
  const environment = await environmentOf(command.spec);
  form.isJson ||= wantsJson(environment, command.spec);
  const input = form.isJson ? parseLine(command, ['--json', ...command.rest]) : written;
  const { run } = await command.spec.load();
  const noted = new Set<string>();
  const outcome = await run(input, {
    folder: process.cwd(),
    environment: command.spec.configuration === 'shown' ? process.env : environment,
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

type Environment = Readonly<Record<string, string | undefined>>;

/** What variables say, with what files of settings say where they say nothing. */
async function environmentOf({ configuration = 'needed' }: CommandSpec): Promise<Environment> {
  const place = { environment: process.env, folder: process.cwd() };
  if (configuration === 'none' || !hasConfiguration(place.folder, place.environment)) return process.env;
  const { readEnvironment } = await import('./subject/configuration.ts');
  const read = readEnvironment(place);
  return configuration === 'needed' ? read : read.catch(() => process.env);
}

/** Whoever always wants JSON need not write the flag. */
function wantsJson({ KEELSON_OUTPUT: wanted }: Environment, { configuration }: CommandSpec): boolean {
  if (!wanted || wanted === 'text' || configuration === 'none') return false;
  if (wanted === 'json') return true;
  throw new UsageError(`KEELSON_OUTPUT is \`${wanted.slice(0, 60)}\`.`, { hint: 'Set it to text or json.' });
}

function printOutcome(outcome: Outcome, input: Input, look: Look): void {
  print(input.isOn('json') ? `${JSON.stringify(outcome.data, null, 2)}\n` : outcome.text(look));
  const aside = lookOf('errors', input.text('color'));
  for (const note of outcome.notes ?? []) writeAside(`${aside.yellow('note:')} ${note}\n`);
}

function print(text: string): 0 {
  writeOut(text);
  return 0;
}

async function tellError(thrown: unknown, { isJson }: Form): Promise<number> {
  const { readError, renderError } = await import('./line/tell-error.ts');
  const told = readError(thrown);
  const { exitCode, ...error } = told;
  if (isJson) print(`${JSON.stringify({ error }, null, 2)}\n`);
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
