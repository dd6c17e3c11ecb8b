#!/usr/bin/env node
// The `keelson` command as a process. Only what every line needs is loaded with it; a command is imported when it is asked
// for.
import { readFileSync, writeSync } from 'node:fs';

const words = process.argv.slice(2);
const output = 1;

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

/** Whoever asks for it does not wait for anything that it does not need. */
function sayVersion(): void {
  try {
    writeSync(output, `${readVersion()}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  sayVersion();
} else {
  const { runLine } = await import('./run-line.ts');
  process.exitCode = await runLine(words, readVersion());
}
