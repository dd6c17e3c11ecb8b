/** `keelson flow signal`: sends an event to a run. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { readJsonFlag } from '../../subject/flows/read-json-flag.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const [runId, name] = [input.word(0), input.word(1)];
  const payload = (await readJsonFlag(input, 'payload', surroundings)) ?? null;
  const id = input.text('id');
  const { isRepeated, waits, flags } = await withFlows(input, surroundings, async (desk) => {
    const found = await desk.getRun(runId);
    const event = { runId, name, payload, ...(id !== undefined && { id }) };
    return { ...(await desk.sendEvent(event)), waits: found.waits, flags: desk.flags };
  });
  const names = waits.flatMap(({ kind, subject }) =>
    kind === 'event' && subject !== undefined ? [subject] : [],
  );
  const isAwaited = names.includes(name);
  return {
    data: asJson({ runId, name, isRepeated, isAwaited }),
    text: () =>
      isRepeated
        ? `The run ${runId} has that event already.\n`
        : `The event ${plain(name)} was sent to the run ${runId}.\n`,
    notes: isAwaited ? [`\`keelson flow resume ${runId}${flags}\` goes on with it.`] : [notAwaited(names)],
  };
};

const notAwaited = (names: readonly string[]): string =>
  names.length === 0
    ? 'Nothing waits for it now; a node that comes to wait for it later takes it.'
    : `Nothing waits for it now: the run waits for ${names.map((each) => `\`${plain(each)}\``).join(', ')}.`;
