/**
 * `npm run bench:cli`: how long the command takes beside a Node that does nothing: its version, its help, and the plan of a
 * call by a lockfile. Processes take turns, so that noise of the machine meets all of them alike. One JSON line per case.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand } from '../tools/build/bundle-command.ts';

const rounds = process.argv.includes('--quick') ? 7 : 40;
const goals = { '--version': 1.25, '--help': 1.35, explain: 3 } as const;

process.stderr.write('bundling the command ...\n');
const command = await findCommand();
const folder = mkdtempSync(join(tmpdir(), 'keelson-bench-cli-'));
const nothing = join(folder, 'nothing.mjs');

const env = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  // The first run of an installed command fills it; all others read it.
  NODE_COMPILE_CACHE: join(folder, 'code'),
};

function run(words: readonly string[]): { readonly wallMs: number; readonly text: string } {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const wallMs = performance.now() - before;
  if (status !== 0) throw new Error(`\`${words.join(' ')}\` ended with ${status}: ${stderr}`);
  return { wallMs, text: stdout };
}

/** The lower quartile: what else the machine does only ever makes a process slower, and long ones more than short ones. */
function calm(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

try {
  writeFileSync(nothing, '');
  run([command, 'bind', 'fast', 'openai:gpt-5.4-mini,anthropic:claude-haiku-4-5']);
  const cases: Readonly<Record<string, readonly string[]>> = {
    node: [nothing],
    '--version': [command, '--version'],
    '--help': [command, '--help'],
    explain: [command, 'explain', 'fast'],
  };
  const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
  process.stderr.write('starting processes ...\n');
  for (let round = -3; round < rounds; round += 1)
    for (const [name, words] of Object.entries(cases)) {
      const { wallMs } = run(words);
      if (round >= 0) times.get(name)?.push(wallMs);
    }
  const bare = times.get('node') ?? [];
  for (const [name, most] of Object.entries(goals)) {
    const own = times.get(name) ?? [];
    const node = rounded(calm(own) / calm(bare));
    const line = {
      bench: 'cli',
      case: name,
      wallMs: rounded(calm(own)),
      nodeMs: rounded(calm(bare)),
      ratios: { node },
      goal: `at most ${most} times node`,
      met: node <= most,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
