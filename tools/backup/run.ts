/** What `npm run backup` and `npm run restore` share: arguments, the server's settings, progress, and how they end. */
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { KeelsonError } from '@keelson/core';
import { createLog, type StorageTarget, systemClock } from '@keelson/engine';
import { parseSettings, SettingError, storageTarget } from '@keelson/server';

export interface Run {
  readonly file: string;
  readonly target: StorageTarget;
  readonly flags: Readonly<Record<string, boolean | undefined>>;
  /** For the engine. */
  readonly options: {
    readonly clock: typeof systemClock;
    readonly log: ReturnType<typeof createLog>;
    readonly signal: AbortSignal;
    onProgress(progress: { readonly table: string; readonly rows: number }): void;
  };
}

interface Told {
  /** For people, in place of the report as JSON. */
  readonly text: string;
  readonly report: object;
}

/** `flags` are those besides `--json`. */
export async function runTool(
  usage: string,
  flags: readonly string[],
  run: (run: Run) => Promise<Told>,
): Promise<void> {
  try {
    const { positionals, values } = readArguments(flags, usage);
    const { json, ...rest } = values;
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new SettingError(usage);
    const settings = parseSettings(process.env, homedir());
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => stop.abort(new SettingError('Ended early; nothing was changed.')));
    const { text, report } = await run({
      file,
      target: storageTarget(settings),
      flags: rest,
      options: {
        clock: systemClock,
        log: createLog({ level: settings.logLevel }),
        signal: stop.signal,
        onProgress: createProgress(),
      },
    });
    process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : `${text}\n`);
  } catch (error) {
    if (error instanceof SettingError) process.stderr.write(`${error.message}\n`);
    else if (KeelsonError.is(error)) process.stderr.write(`${error.message} ${error.hint}\n`);
    else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function readArguments(flags: readonly string[], usage: string) {
  const options = Object.fromEntries(['json', ...flags].map((name) => [name, { type: 'boolean' as const }]));
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new SettingError(usage, { cause: error });
  }
}

const everyMs = 1000;

/** A line a second at most, and none of what is over sooner. */
function createProgress(): (progress: { readonly table: string; readonly rows: number }) => void {
  let told = systemClock.elapsed();
  return ({ table, rows }) => {
    if (systemClock.elapsed() - told < everyMs) return;
    told = systemClock.elapsed();
    process.stderr.write(`${table}: ${rows.toLocaleString('en')} rows so far\n`);
  };
}
