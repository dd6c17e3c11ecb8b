/**
 * The only way to log: one JSON object a line, with whatever ids the owner of the log gave it. Of a foreign exception only
 * its class and its place are written, because its text may hold what a caller or a provider said.
 */
import { classOf, errorTable, KeelsonError } from '@keelson/core';
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

/** Where a process changes how much it logs; logs that were made of it by `with` keep the level that they had. */
export interface ProcessLog extends Log {
  setLevel(level: LogLevel): void;
}

interface LogSettings {
  readonly level: LogLevel;
  /** Where lines go; the standard output when left out. */
  readonly write?: (line: string) => void;
}

export function createLog({ level, write }: LogSettings): ProcessLog {
  const target = write === undefined ? destination({ fd: 1, sync: false }) : { write };
  const serializers = { error: describeError };
  const logger = pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, serializers }, target);
  return {
    ...wrap(logger),
    setLevel: (wanted) => {
      logger.level = wanted;
    },
  };
}

/** For tests and libraries that want no log. */
export const silentLog: Log = createLog({ level: 'silent', write: () => {} });

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    with: (fields) => wrap(logger.child(fields)),
  };
}

/** What of an error may be written down. What throws at a look must not end whoever logs it. */
function describeError(thrown: unknown): LogFields {
  try {
    return describeReadable(thrown);
  } catch {
    return { class: classOf(thrown) };
  }
}

function describeReadable(thrown: unknown): LogFields {
  if (KeelsonError.is(thrown)) {
    const { code, message, details, cause } = thrown;
    const origin = cause === undefined ? {} : { cause: describeError(cause) };
    return { code, fault: errorTable[code].fault, message, details, ...origin };
  }
  if (!(thrown instanceof Error)) return { class: typeof thrown };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  return { class: classOf(thrown), ...code, at: placesOf(thrown) };
}

/** The lines of a stack that name places; the ones before them repeat the text, which may have lines that look like places. */
function placesOf({ stack = '', message }: Error): string[] {
  return stack
    .slice(stack.includes(message) ? stack.indexOf(message) + message.length : 0)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
