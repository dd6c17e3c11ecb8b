#!/usr/bin/env node
// The `keelson` command as a process. Only what every line needs is loaded with it; a command is imported when it is asked
// for.
import { readFileSync } from 'node:fs';
import { writeOut } from './terminal/write-out.ts';

const words = process.argv.slice(2);

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  writeOut(`${readVersion()}\n`);
} else {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { runLine } = await import('./run-line.ts');
  process.exitCode = await runLine(words, readVersion());
}
