/** `keelson receipts export`: receipts with all that proves them as lines or JSON, or as a table. */
import { resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Outcome, Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { asJsonList, asTable } from '../../subject/receipts/export-formats.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { showProgress } from '../../subject/receipts/progress.ts';
import { readRange } from '../../subject/receipts/read-times.ts';
import { writeFileWhole } from '../../subject/receipts/write-file.ts';
import { plural } from '../../terminal/plural.ts';
import { writeOut } from '../../terminal/write-out.ts';

type Render = (lines: AsyncIterable<string>) => AsyncIterable<string>;

const formats: Readonly<Record<string, Render>> = { csv: asTable, json: asJsonList };

interface Usual {
  readonly format: string;
  /** Where it goes when nobody says; the output when left out. */
  readonly file?: (format: string) => string;
}

export const run: Run = (input, surroundings) => exportAs({ format: 'jsonl' }, input, surroundings);

export async function exportAs(
  usual: Usual,
  input: Input,
  surroundings: Surroundings,
): Promise<Outcome | undefined> {
  const format = input.text('format') ?? usual.format;
  const output = input.text('output') ?? usual.file?.(format);
  const isJson = input.isOn('json');
  if (isJson && output === undefined && format !== 'json') {
    throw new UsageError('With `--json`, the export itself cannot go to the output as well.', {
      hint: 'Name a file with --output, or write --format json alone.',
    });
  }
  const range = readRange(input);
  return withReceipts(input, surroundings, async (source) => {
    const counts = { receipts: 0, batches: 0 };
    const lines = untilItsEnd(source.lines(range), counts);
    const parts = (formats[format] ?? asLines)(lines);
    if (output === undefined) {
      for await (const part of parts) {
        if (surroundings.stopping.aborted) break;
        writeOut(part);
      }
      return undefined;
    }
    const path = resolve(surroundings.folder, output);
    const progress = showProgress('lines exported', isJson);
    const { stopping } = surroundings;
    await writeFileWhole(path, parts, { stopping, onLine: progress.step }).finally(progress.end);
    const { receipts, batches } = counts;
    return {
      data: asJson({ path, format, ...counts }),
      text: () => `${path} has ${plural(receipts, 'receipt')} of ${plural(batches, 'batch', 'batches')}.\n`,
    };
  });
}

async function* asLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

const endForm = /^\{"batches":(\d+),"receipts":(\d+),"type":"end"\}$/;

/** What breaks off before its end is no export, and must not look like one. */
async function* untilItsEnd(
  lines: AsyncIterable<string>,
  counts: { receipts: number; batches: number },
): AsyncGenerator<string> {
  let last = '';
  for await (const line of lines) {
    last = line;
    yield line;
  }
  const [, batches, receipts] = endForm.exec(last) ?? [];
  if (batches === undefined) {
    throw new KeelsonError('stream_interrupted', 'The export broke off before its end.', {
      hint: 'Try again; nothing was written.',
    });
  }
  counts.batches = Number(batches);
  counts.receipts = Number(receipts);
}
