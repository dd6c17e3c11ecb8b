/** `keelson config set`: one value into a file, checked with the whole file before it is written. */
import type { PlainValue } from '@keelson/server/configuration';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { UsageError } from '../../line/usage-error.ts';
import {
  type ConfigurationRoom,
  checkSetting,
  fileToChange,
  loadLayers,
  openLoader,
  originText,
} from '../../subject/configuration.ts';
import { isSecretSetting, keepSecret, refuseSecret } from '../../subject/secret-settings.ts';
import { deps } from '../../subject/writing.ts';
import { readInput } from '../../terminal/read-input.ts';

export const run: Run = async (input, surroundings) => {
  const { room, loader } = await openLoader(surroundings);
  const [path, given] = [input.word(0), input.word(1)];
  checkSetting(path, room);
  const file = fileToChange(loader, input);
  const { variables: environment } = loader.environment;
  const value = given === '-' ? await readInput() : given;
  const isSecret = isSecretSetting(path, room);
  if (isSecret && given !== '-') refuseSecret(path, value);
  const written = isSecret && given === '-' ? await keepSecret({ path, file, secret: value }) : value;
  const { isChanged } = await room.changeConfigurationFile(file, {
    environment,
    deps,
    change: (text) => putValue({ room, file, text, path, value: written, environment }),
  });
  return {
    data: asJson({ path, file, isChanged }),
    text: () => `\`${path}\` is ${isChanged ? 'set' : 'so already'} in ${file}.\n`,
    notes: await tellHigher(path, file, surroundings),
  };
};

interface Putting {
  readonly room: ConfigurationRoom;
  readonly file: string;
  readonly text: string | undefined;
  readonly path: string;
  readonly value: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Takes the value as the setting wants it: a text, what it is as JSON, or a list. */
async function putValue({ room, file, text, path, value, environment }: Putting): Promise<string> {
  const form = file.endsWith('.json') ? 'json' : 'yaml';
  const steps = path.split('.');
  let wrong: string | undefined;
  for (const meant of readings(value)) {
    const changed = await room.editText(text, form, { steps, value: meant });
    const [problem] = await room.problemsInText(file, changed, environment);
    if (problem === undefined) return changed;
    // A reading of another kind than is wanted says least of what is wrong.
    if (wrong === undefined || !problem.message.includes('received'))
      wrong = `${problem.path === '' ? 'The file' : `\`${problem.path}\``} ${problem.message}`;
  }
  throw new UsageError(wrong ?? `\`${path}\` cannot be set so.`, {
    hint: 'docs/configuration.md lists every setting with its values. Nothing was changed.',
  });
}

function readings(value: string): PlainValue[] {
  const others: PlainValue[] = [];
  try {
    others.push(JSON.parse(value) as PlainValue);
  } catch {
    // It is a text, then.
  }
  if (value === 'on' || value === 'off') others.push(value === 'on');
  return [value, ...others, value.split(',').map((each) => each.trim())];
}

/** A value that a higher layer has as well changes nothing here. */
async function tellHigher(
  path: string,
  file: string,
  surroundings: Parameters<typeof loadLayers>[0],
): Promise<string[]> {
  const { loaded } = await loadLayers(surroundings);
  const origin = loaded.effective.values.get(path)?.origin;
  if (origin === undefined || ('file' in origin && origin.file === file && origin.layer !== '.env'))
    return [];
  return [`It changes nothing here: ${originText(origin)} says what holds.`];
}
