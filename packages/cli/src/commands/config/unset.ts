/** `keelson config unset`: takes one value out of a file. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { checkSetting, fileToChange, openLoader } from '../../subject/configuration.ts';
import { deps } from '../../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const { room, loader } = await openLoader(surroundings);
  const path = input.word(0);
  checkSetting(path, room);
  const file = fileToChange(loader, input);
  const form = file.endsWith('.json') ? 'json' : 'yaml';
  const { isChanged } = await room.changeConfigurationFile(file, {
    environment: loader.environment.variables,
    deps,
    change: async (text) => {
      const before = await room.editText(text, form, { steps: [] });
      const after = await room.editText(text, form, { steps: path.split('.') });
      return before === after && text !== undefined ? text : after;
    },
  });
  return {
    data: asJson({ path, file, isChanged }),
    exitCode: isChanged ? 0 : 1,
    text: () => `\`${path}\` ${isChanged ? 'is no longer set' : 'was not set'} in ${file}.\n`,
  };
};
