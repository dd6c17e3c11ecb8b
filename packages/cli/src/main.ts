#!/usr/bin/env node
// The `keelson` command as a process, which today only tells its version. Each command will be one file beside this
// one, imported when it is asked for; none belongs in here.
import { readFileSync } from 'node:fs';

const usage = 'Usage: keelson --version\n\nNo other command exists yet. Start the server with `npm start`.\n';

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

const [argument] = process.argv.slice(2);
if (argument === '--version') {
  process.stdout.write(`${readVersion()}\n`);
} else {
  process.stderr.write(usage);
  process.exitCode = argument === '--help' ? 0 : 2;
}
