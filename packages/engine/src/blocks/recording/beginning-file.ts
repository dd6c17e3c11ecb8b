/** What all runs of a recording share: the time at which its clock begins, and the seed of its ids and its chance. */
import { invalid, readVersioned, recordingVersion, renderFile } from './call-file.ts';

export interface RecordingBeginning {
  /** Milliseconds since 1970. */
  readonly startsAt: number;
  readonly seed: string;
}

export function renderBeginning({ startsAt, seed }: RecordingBeginning): string {
  return renderFile({ version: recordingVersion, startsAt: new Date(startsAt).toISOString(), seed });
}

export function parseBeginning(text: string): RecordingBeginning {
  const { startsAt, seed } = readVersioned(text);
  const time = typeof startsAt === 'string' ? Date.parse(startsAt) : Number.NaN;
  if (Number.isNaN(time)) throw invalid('`startsAt` is no time, such as `2026-03-01T12:00:00.000Z`');
  if (typeof seed !== 'string' || seed === '') throw invalid('`seed` is no text');
  return { startsAt: time, seed };
}
