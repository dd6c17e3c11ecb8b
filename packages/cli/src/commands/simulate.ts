/** `keelson simulate`: the fake vendor in this process. */
import { once } from 'node:events';
import { startSimulator } from '@keelson/simulator';
import type { Run } from '../line/command-spec.ts';

const usualPort = 4110;

export const run: Run = async (input, { environment, say }) => {
  const port = input.number('port') ?? Number(environment.KEELSON_SIMULATOR_PORT || usualPort);
  const log = (line: string): void => say(`${line}\n`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const simulator = await startSimulator({
    host: input.text('host') ?? '127.0.0.1',
    port,
    seed: input.number('seed') ?? 1,
    log,
  });
  const isJson = input.isOn('json');
  say(
    isJson
      ? `${JSON.stringify({ url: simulator.url })}\n`
      : `The simulator listens on ${simulator.url}. Ctrl-C stops it.\n`,
  );
  await stopped;
  await simulator.close();
  if (!isJson) say('The simulator has stopped.\n');
  return undefined;
};
