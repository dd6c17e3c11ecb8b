/**
 * Gives the tests one PostgreSQL server per run, started when the first of them asks: the one that
 * KEELSON_TEST_DATABASE_URL names, or one of our own. Tests reach it through the address `postgresStarter`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the address of a server whose user may make databases, or with the reason why there is none. */
    readonly postgresStarter: string;
  }
}

export interface PostgresAnswer {
  readonly url?: string;
  readonly problem?: string;
}

let starter: Server | undefined;
let supervisor: ChildProcess | undefined;
let answer: Promise<PostgresAnswer> | undefined;

export async function setup(project: TestProject): Promise<void> {
  starter = createServer((_request, response) => {
    answer ??= start();
    void answer.then((found) => response.end(JSON.stringify(found)));
  });
  starter.listen(0, '127.0.0.1').unref();
  await once(starter, 'listening');
  const address = starter.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  project.provide('postgresStarter', `http://127.0.0.1:${address.port}`);
}

export async function teardown(): Promise<void> {
  starter?.close();
  if (supervisor === undefined || supervisor.exitCode !== null) return;
  const exit = once(supervisor, 'exit');
  supervisor.stdin?.end();
  await exit;
}

async function start(): Promise<PostgresAnswer> {
  const url = process.env.KEELSON_TEST_DATABASE_URL;
  if (url !== undefined && url !== '') return { url };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  supervisor = child;
  for await (const line of createInterface({ input: child.stdout }))
    return JSON.parse(line) as PostgresAnswer;
  return { problem: 'The process that starts PostgreSQL ended without a word.' };
}
