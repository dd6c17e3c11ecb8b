/** `npm run simulate`: the simulator as a process that says where it is and ends on a signal. */
import { KeelsonError } from '@keelson/core';
import { parseSettings, type Settings, usageText } from './settings.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const sampleBody = JSON.stringify({
  model: 'any',
  messages: [{ role: 'user', content: 'Hello [[text: Ahoy]]' }],
});

function greet({ url }: Simulator, { isQuiet }: Settings): string {
  const listens = `The simulator listens on ${url}.`;
  if (isQuiet) return `${listens}\n`;
  const curl = `curl ${url}/v1/chat/completions -H 'content-type: application/json' -d '${sampleBody}'`;
  return `${listens} Keywords and faults: packages/simulator/README.md. Try it:\n\n  ${curl}\n\n`;
}

/** Listened for from the beginning, so that a signal during the start is a proper end as well. */
function awaitSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    // Whoever started this process with a channel wants it to end with itself; the channel alone keeps nothing alive.
    process.once('disconnect', () => resolve());
    process.channel?.unref();
  });
}

async function run(): Promise<void> {
  const settings = parseSettings(process.argv.slice(2), process.env);
  if (settings.isHelp) {
    process.stdout.write(usageText);
    return;
  }
  const stopped = awaitSignal();
  const log = settings.isQuiet ? () => {} : (line: string) => void process.stdout.write(`${line}\n`);
  const simulator = await startSimulator({ ...settings, log });
  process.stdout.write(greet(simulator, settings));
  // Whoever started this process beside others learns where it is.
  process.send?.({ url: simulator.url });
  await stopped;
  await simulator.close();
  process.stdout.write('The simulator has stopped.\n');
}

try {
  await run();
} catch (error) {
  if (!KeelsonError.is(error)) throw error;
  process.stderr.write(`${error.message} ${error.hint}\n`);
  process.exitCode = 1;
}
