/** `npm run backup -- FILE [--json]`: all that the server's database holds, in one file, while the server goes on. */
import { writeBackup } from '@keelson/engine';
import { runTool } from './run.ts';

const usage = 'Say where to: `npm run backup -- FILE`. With `--json`, the report is one line of JSON.';

await runTool(usage, [], async ({ file, target, options }) => {
  const report = await writeBackup(target, file, options);
  const { rows, bytes, schema, sha256 } = report;
  const size = `${rows.toLocaleString('en')} rows in ${bytes.toLocaleString('en')} bytes`;
  const text = `Wrote \`${file}\`: ${size}, version ${schema} of the schema, SHA-256 ${sha256}.
The master key and the signing key are not in it: keep the files \`master-key\` and \`receipt-key\` of the data folder as well, elsewhere.`;
  return { text, report };
});
