/** `npm run restore -- FILE [--replace] [--check] [--json]`: a backup into the database that the server will use. */
import { checkBackup, restoreBackup } from '@keelson/engine';
import { runTool } from './run.ts';

const usage =
  'Say what from: `npm run restore -- FILE`. `--check` only reads it; `--replace` throws away what is in the database; `--json` reports in JSON.';

await runTool(usage, ['replace', 'check'], async ({ file, target, flags, options }) => {
  const { check, replace = false } = flags;
  if (check === true) {
    const { header, trailer } = await checkBackup(file);
    return {
      text: `The backup is whole: ${tell(trailer.rows, header.created_at)}.`,
      report: { header, trailer },
    };
  }
  const report = await restoreBackup(file, target, { ...options, replace });
  const { rows, createdAt, writtenOff, endedLogs, stoppedRuns } = report;
  const text = `Restored ${tell(rows, createdAt)}.
What was lent to ${writtenOff} processes counts as spent; ${endedLogs} logs of receipts are closed, and new ones will begin.
${stoppedRuns} runs were not over; each waits for somebody to let it go on.`;
  return { text, report };
});

function tell(rows: number, createdAt: number): string {
  return `${rows.toLocaleString('en')} rows of ${new Date(createdAt).toISOString()}`;
}
