/** The settings of the simulator as a process, parsed from its command line and environment. Reading them is main.ts. */
import { parseArgs } from 'node:util';
import { KeelsonError } from '@keelson/core';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  /** Only the address is printed. */
  readonly isQuiet: boolean;
  readonly isHelp: boolean;
}

export const usageText = `Usage: npm run simulate -- [options]

Starts a fake language model vendor that speaks every dialect of Keelson. Any key is accepted.

  --port NUMBER   the port to listen on; 0 picks a free one (4110, or KEELSON_SIMULATOR_PORT)
  --host ADDRESS  the address to listen on (127.0.0.1)
  --seed NUMBER   repeats ids, invented words and faults at a rate (1)
  --quiet         prints the address and nothing else
  --help          prints this
`;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  seed: { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function parseSettings(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const values = readWords(words);
  const fromEnvironment = environment.KEELSON_SIMULATOR_PORT || '4110';
  const port =
    values.port === undefined ? ['KEELSON_SIMULATOR_PORT', fromEnvironment] : ['--port', values.port];
  return {
    host: values.host ?? '127.0.0.1',
    port: readNumber(port[0] ?? '', port[1] ?? '', 65_535),
    seed: readNumber('--seed', values.seed ?? '1', 0xffff_ffff),
    isQuiet: values.quiet === true,
    isHelp: values.help === true,
  };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The command line cannot be read.';
    throw refuse(message, { cause: error });
  }
}

function readNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw refuse(`${name} is \`${text}\`. Set it to a whole number from 0 to ${most}.`);
}

function refuse(message: string, options: { cause?: unknown } = {}): KeelsonError {
  return new KeelsonError('configuration_invalid', message, {
    ...options,
    hint: 'Use --help to see all options.',
  });
}
