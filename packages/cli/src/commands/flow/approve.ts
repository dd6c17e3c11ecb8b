/** `keelson flow approve`: answers an approval that a run waits for, or says what an interrupted step came to. */
import { type Json, KeelsonError } from '@keelson/core';
import type { FlowRun, OpenApproval } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Outcome, Run } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import type { FlowDesk } from '../../subject/flows/flow-desk.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { readJsonFlag } from '../../subject/flows/read-json-flag.ts';
import { renderApproval } from '../../subject/flows/render-run.ts';
import { quoted } from '../../subject/flows/same-flags.ts';
import { isMeant, isResultOf, nodeOf, ownerOf } from '../../subject/flows/step-paths.ts';
import { withoutSeal } from '../../subject/flows/tell-run.ts';
import { plural } from '../../terminal/plural.ts';
import { plain } from '../../terminal/table.ts';

const nothingSaid = 2;

export const run: Run = async (input, surroundings) => {
  if (input.isOn('reject') && input.isOn('result'))
    throw new UsageError('`--reject` and `--result` answer different things.', {
      hint: '`--reject` says no to an approval; `--result` says what an interrupted step came to.',
    });
  const result = await readJsonFlag(input, 'result', surroundings);
  return withFlows(input, surroundings, async (desk) => {
    const found = await desk.getRun(input.word(0));
    return result === undefined ? answer(found, desk, input) : supply(found, result, { desk, input });
  });
};

async function answer(found: FlowRun, desk: FlowDesk, input: Input): Promise<Outcome> {
  const open = await desk.listApprovals(found.id);
  const step = input.text('step');
  const meant = step === undefined ? open : open.filter(({ path }) => isMeant(path, step));
  const [one, ...others] = meant;
  if (one === undefined) throw nothingToAnswer(found, open, step);
  if (others.length > 0) return several(found, meant, desk);
  const note = input.text('note');
  const decided = await desk.decide({
    id: one.id,
    decision: input.isOn('reject') ? 'rejected' : 'approved',
    ...(note !== undefined && { note }),
  });
  const says = input.isOn('reject') ? 'Rejected' : 'Approved';
  return {
    data: asJson(withoutSeal({ ...one, ...decided })),
    text: (look) => `${says}:\n${renderApproval(one, look)}`,
    notes: [`\`keelson flow resume ${found.id}${desk.flags}\` goes on with it.`],
  };
}

function nothingToAnswer({ id, state }: FlowRun, open: readonly OpenApproval[], step?: string): Error {
  if (open.length === 0)
    return new KeelsonError('conflict', `The run \`${id}\` waits for no approval; it is ${state}.`, {
      hint: `\`keelson flow show ${id}\` tells what it waits for.`,
    });
  return new UsageError(`The run waits for no approval at \`${step}\`.`, {
    hint: `It waits at ${open.map(({ path }) => `\`${nodeOf(path)}\``).join(', ')}.`,
    misspelt: { name: step ?? '', known: open.map(({ path }) => nodeOf(path)), mark: '' },
  });
}

/** None is answered by a guess. */
function several({ id }: FlowRun, open: readonly OpenApproval[], { flags }: FlowDesk): Outcome {
  return {
    data: asJson({ approvals: open.map(withoutSeal) }),
    exitCode: nothingSaid,
    text: (look) => open.map((approval) => renderApproval(approval, look)).join('\n'),
    notes: [
      `The run waits for ${plural(open.length, 'approval')}, and none was answered: name one, as in \`keelson flow approve ${id} --step ${quoted(plain(nodeOf(open[0]?.path ?? '')))}${flags}\`.`,
    ],
  };
}

interface Supplying {
  readonly desk: FlowDesk;
  readonly input: Input;
}

async function supply(found: FlowRun, result: Json, { desk, input }: Supplying): Promise<Outcome> {
  const path = interruptedStep(found, input.text('step'));
  await desk.supplyResult({ runId: found.id, path, result });
  return {
    data: asJson({ runId: found.id, path, result }),
    text: () => `The step ${plain(nodeOf(path))} has come to that.\n`,
    notes: [`\`keelson flow resume ${found.id}${desk.flags}\` goes on with it.`],
  };
}

/** Under way when a worker died, and waiting for somebody who knows what it came to. */
function interruptedStep({ id, waits }: FlowRun, named: string | undefined): string {
  const open = waits.flatMap(({ path, subject }) => (isResultOf(path, subject) ? [ownerOf(path)] : []));
  const meant = named === undefined ? open : open.filter((path) => isMeant(path, named));
  const [one, ...others] = meant;
  if (one !== undefined && others.length === 0) return one;
  if (open.length === 0)
    throw new KeelsonError('conflict', `No step of the run \`${id}\` waits to be told what it came to.`, {
      hint: `Only one that was cut off and must not happen twice does; \`keelson flow show ${id}\` tells what it waits for.`,
    });
  throw new UsageError('It is not said which step came to that.', {
    hint: `Name one with --step: ${open.map((path) => `\`${nodeOf(path)}\``).join(', ')}.`,
    ...(named !== undefined && { misspelt: { name: named, known: open.map(nodeOf), mark: '' } }),
  });
}
