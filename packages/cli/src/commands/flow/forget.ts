/** `keelson flow forget`: keeps a flow no longer. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { confirm } from '../../terminal/confirm.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = (input, surroundings) =>
  withFlows(input, surroundings, async (desk) => {
    const name = input.word(0);
    const { version } = await desk.getFlow({ flow: name });
    const isSure = input.isOn('yes');
    if (!(await confirm(`Keep the flow ${name} no longer?`, { isSure, surroundings })))
      return { data: asJson({ name, isForgotten: false }), exitCode: 1, text: () => 'It is kept.\n' };
    await desk.forget(name);
    return {
      data: asJson({ name, version, isForgotten: true }),
      text: () => `The flow ${plain(name)} is kept no longer. Runs that are under way go on.\n`,
    };
  });
