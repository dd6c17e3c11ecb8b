/** `keelson config set`: one value into a file, checked with the whole file before it is written. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import {
  checkSetting,
  fileToChange,
  loadLayers,
  openLoader,
  originText,
} from '../../subject/configuration.ts';
import { putValue } from '../../subject/put-value.ts';
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
