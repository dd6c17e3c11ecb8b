/**
 * A guide as somebody types it into one terminal: its files are written, its commands go to one shell, and what that says is told beside
 * what the page says. Ids, times and durations are no part of the comparison.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { findKeelson } from './run-keelson.ts';

const root = resolve(import.meta.dirname, '../../../..');
const blockForm = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;
const commandForm = /^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)/gm;
const codeForm = / +# ends with (\d+)\s*$/;
/** Ports as pages name them; others are free here. */
const portForm = /\b41[012]0\b/g;

export interface TypedStep {
  readonly command: string;
  readonly told: string;
  readonly expected: string;
}

/** A block `yaml NAME` is a file; a block `console` holds lines `$ …`, gone on with by `> …`, each with all that it answers. */
export async function runTerminalGuide(
  page: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<TypedStep[]> {
  const ports = new Map<string, string>();
  const text = readFileSync(resolve(root, page), 'utf8');
  for (const [port] of text.matchAll(portForm)) if (!ports.has(port)) ports.set(port, await freePort());
  const pageOf = new Map([...ports].map(([port, own]) => [own, port]));
  const toOwn = (line: string): string => line.replace(portForm, (port) => ports.get(port) ?? port);
  const toPage = (told: string): string => told.replace(/\b\d{5}\b/g, (own) => pageOf.get(own) ?? own);
  const terminal = openTerminal(folder, env);
  const steps: TypedStep[] = [];
  try {
    for (const [, kind, name, body = ''] of text.matchAll(blockForm)) {
      if (name !== undefined) writeFileSync(join(folder, name), toOwn(body));
      if (kind !== 'console') continue;
      for (const [, typed = '', expected = ''] of body.matchAll(commandForm)) {
        const command = typed.trimEnd().replace(/\n> /g, '\n');
        const { told, code } = await terminal.type(toOwn(command));
        const wanted = codeForm.exec(command)?.[1] ?? '0';
        const shown = (answer: string, ended: string) => `${comparable(answer)}\n(ends with ${ended})`;
        steps.push({ command, told: shown(toPage(told), code), expected: shown(expected, wanted) });
      }
    }
  } finally {
    terminal.close();
  }
  return steps;
}

function comparable(told: string): string {
  return told
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    // Where every path of a node begins.
    .replace(/"\/root(?=\/)/g, '"…')
    .replace(/bootstrap-[0-9a-f]{8}/g, 'bootstrap-KEY')
    .replace(/"created":\d{10}/g, '"created":TIME')
    .replace(/\b[\d.,]+ (?:ms|s|min)(?: [\d.]+ (?:ms|s))?\b/g, 'SOME TIME')
    // What a shell that nobody sits at says of what was killed.
    .replace(/^.*: line \d+: +\d+ (?:Killed|Terminated) .*$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .replace(/ +/g, ' ')
    .replace(/ $/gm, '')
    .trim();
}

function freePort(): Promise<string> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(String(port)));
    });
  });
}

/** One shell for all of a page, so that variables and what runs beside it stay. */
function openTerminal(folder: string, env: Readonly<Record<string, string>>) {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = `#!/bin/sh\nexec '${process.execPath}' '${findKeelson()}' "$@"\n`;
  writeFileSync(join(bin, 'keelson'), command, { mode: 0o755 });
  const shell = spawn('bash', ['--norc', '--noprofile'], {
    cwd: folder,
    env: {
      PATH: `${bin}:${process.env.PATH ?? ''}`,
      HOME: folder,
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/keelson/command-code'),
      ...env,
    },
    // A group of its own: what still runs in it at the end goes with it.
    detached: true,
  });
  let heard = '';
  let listen = (): void => {};
  let giveUp = (): void => {};
  shell.once('exit', () => giveUp());
  shell.stdout.setEncoding('utf8').on('data', (piece: string) => {
    heard += piece;
    listen();
  });
  let typed = 0;
  const type = (line: string): Promise<{ told: string; code: string }> => {
    typed += 1;
    const end = new RegExp(`(?:^|\\n)--end-${typed}-- (\\d+)\\n`);
    heard = '';
    shell.stdin.write(`{ ${line}\n} </dev/null 2>&1; printf '\\n--end-${typed}-- %s\\n' "$?"\n`);
    return new Promise((done, fail) => {
      listen = () => {
        const found = end.exec(heard);
        if (found !== null) done({ told: heard.slice(0, found.index), code: found[1] as string });
      };
      giveUp = () => fail(new Error(`The shell ended at: ${line}\n${heard}`));
      listen();
    });
  };
  return { type, close: () => process.kill(-(shell.pid as number), 'SIGKILL') };
}
