/** Segments of the journal of attempts: one JSON object a line. A line that was cut short, or is none, counts as not written. */
import { type BlockAttempt, KeelsonError, parseJson, readAttempt } from '@keelson/core';

const segmentForm = /^([0-9a-z-]{1,64})\.(\d{1,9})\.jsonl$/;

export const segmentName = (owner: string, number: number): string => `${owner}.${number}.jsonl`;
export const ownerLockName = (owner: string): string => `${owner}.lock`;

export interface SegmentName {
  readonly name: string;
  readonly owner: string;
  readonly number: number;
}

export function readSegmentName(name: string): SegmentName | undefined {
  const match = segmentForm.exec(name);
  return match === null ? undefined : { name, owner: match[1] as string, number: Number(match[2]) };
}

export interface SegmentLines {
  readonly attempts: readonly BlockAttempt[];
  /** Where the last whole line ends. */
  readonly end: number;
  readonly broken: number;
}

const newline = 10;

export function readSegment(bytes: Buffer, from: number): SegmentLines {
  const end = bytes.lastIndexOf(newline) + 1;
  const attempts: BlockAttempt[] = [];
  let broken = 0;
  if (end <= from) return { attempts, end: from, broken };
  for (const line of bytes.toString('utf8', from, end).split('\n')) {
    if (line === '') continue;
    const attempt = readLine(line);
    if (attempt === undefined) broken += 1;
    else attempts.push(attempt);
  }
  return { attempts, end, broken };
}

function readLine(line: string): BlockAttempt | undefined {
  try {
    return readAttempt(parseJson(line));
  } catch (error) {
    if (KeelsonError.is(error)) return undefined;
    throw error;
  }
}
