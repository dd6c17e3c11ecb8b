/** `keelson server init`: writes which server is used, and where its key is, into the settings. */
import { KeelsonError } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { fileToChange, loadLayers, openLoader } from '../../subject/configuration.ts';
import { putValue } from '../../subject/put-value.ts';
import { keepSecret } from '../../subject/secret-settings.ts';
import { Server } from '../../subject/server/server.ts';
import { findServerAddress } from '../../subject/server/server-address.ts';
import { findServerKey } from '../../subject/server/server-key.ts';
import { deps } from '../../subject/writing.ts';
import { askLine, canAsk } from '../../terminal/ask.ts';
import { readInput } from '../../terminal/read-input.ts';

export const run: Run = async (input, surroundings) => {
  const { room, loader } = await openLoader(surroundings);
  const file = fileToChange(loader, input);
  const { variables: environment } = loader.environment;
  const url = await readAddress(input, surroundings);
  await checkOther(url, input, surroundings);
  const given = input.text('key');
  const key =
    given === '-' ? await keepSecret({ path: 'server.key', file, secret: await readInput() }) : given;
  if (!input.isOn('skip-health-check')) await check({ url, key, input, surroundings });
  const values = [['server.url', url] as const, ...(key === undefined ? [] : [['server.key', key] as const])];
  const { isChanged } = await room.changeConfigurationFile(file, {
    environment,
    deps,
    change: async (text) => {
      let changed = text;
      for (const [path, value] of values)
        changed = await putValue({ room, file, text: changed, path, value, environment });
      return changed as string;
    },
  });
  return {
    data: asJson({ file, isChanged, url, key: key ?? null }),
    text: () => `${url} is ${isChanged ? 'set' : 'so already'} in ${file}.\n`,
    notes: await notesOn(url, key, surroundings),
  };
};

async function readAddress(input: Input, { stopping }: Surroundings): Promise<string> {
  const said = input.text('server');
  if (said !== undefined) return findServerAddress(input, { environment: {} })?.url ?? said;
  const asked = canAsk() ? await askLine('The address of the server:', stopping) : undefined;
  if (!asked)
    throw new UsageError('It is not said which server.', {
      hint: 'Write `keelson server init --server URL`; `npm start` or `keelson serve` starts one on a machine.',
    });
  return findServerAddress(input.with('server', asked), { environment: {} })?.url ?? asked;
}

/** Whose server is exchanged for another is not asked again elsewhere. */
async function checkOther(url: string, input: Input, surroundings: Surroundings): Promise<void> {
  const { loaded } = await loadLayers(surroundings);
  const { value: former, origin } = loaded.effective.values.get('server.url') ?? {};
  const isOther = origin !== undefined && 'file' in origin && origin.layer !== '.env' && former !== url;
  if (!isOther || input.isOn('force')) return;
  throw new KeelsonError('conflict', `Another server is set: ${String(former)}.`, {
    hint: 'Write `--force` to put this one in its place. Nothing was changed.',
  });
}

interface Checking {
  readonly url: string;
  readonly key: string | undefined;
  readonly input: Input;
  readonly surroundings: Surroundings;
}

async function check({ url, key, input, surroundings }: Checking): Promise<void> {
  const secret = key === undefined ? undefined : await findServerKey(input.with('key', key), surroundings);
  const server = new Server({ url, key: secret, surroundings });
  const { status } = await server.askAt('GET', '/health');
  if (status !== 'ok')
    throw new KeelsonError('provider_unavailable', `${url} answers, and does not say that it is well.`, {
      hint: 'Check the address; `--skip-health-check` writes it all the same.',
    });
  if (secret !== undefined) await server.ask('GET', '/me');
}

/** A variable goes before a file. */
async function notesOn(url: string, key: string | undefined, surroundings: Surroundings): Promise<string[]> {
  const { loaded } = await loadLayers(surroundings);
  const holds = loaded.effective.values.get('server.url')?.value;
  return [
    ...(holds === url
      ? []
      : [`It changes nothing here: ${String(holds)} holds, out of a variable or another file.`]),
    ...(key === undefined ? ['No key was named: set KEELSON_API_KEY, or write `--key REFERENCE`.'] : []),
  ];
}
