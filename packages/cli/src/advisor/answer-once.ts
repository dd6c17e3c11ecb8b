/** One question and its answer, with what it proposes. Nothing is written unless the line or somebody on the terminal says so. */
import { asJson } from '../line/as-json.ts';
import type { Outcome } from '../line/command-spec.ts';
import { entryText } from '../subject/describe-price.ts';
import { renderDiff } from '../subject/render-diff.ts';
import { canAsk } from '../terminal/ask.ts';
import { confirm } from '../terminal/confirm.ts';
import { plainProse } from '../terminal/plain-prose.ts';
import { writeAside, writeOut } from '../terminal/write-out.ts';
import type { Channel, OpenConversation, TalkParts } from './channel.ts';
import type { Conversation } from './conversation.ts';
import type { LockDraft } from './lock-draft.ts';

const interrupted = 130;

export async function answerOnce(
  question: string,
  parts: TalkParts,
  open: OpenConversation,
): Promise<Outcome> {
  const { input, draft, model, look } = parts;
  const isJson = input.isOn('json');
  const asking = new AbortController();
  const conversation = open(channelOf(parts));
  const stop = stopOnSignal(conversation, asking);
  const answered = await conversation.ask(question).finally(stop.forget);
  if (answered === undefined) return { data: { answer: null }, exitCode: interrupted, text: () => '\n' };
  const proposals = describeProposals(draft);
  const diff = draft.diff();
  const saved =
    proposals.length > 0 && (await maySave(parts, asking.signal)) ? await draft.save() : undefined;
  const written = saved === undefined ? hintOf(proposals.length, draft) : `Written to ${saved.path}.\n`;
  return {
    data: asJson({
      model,
      answer: answered.text,
      profile: draft.profile,
      path: draft.path,
      proposals,
      changes: diff.changes,
      saved: saved !== undefined,
      rounds: answered.rounds,
    }),
    text: () => {
      const gap = answered.text === '' || isJson ? '' : '\n';
      return proposals.length === 0 ? gap : `${gap}\n${renderDiff(diff, look)}\n${written}`;
    },
  };
}

const describeProposals = ({ proposals }: LockDraft) =>
  proposals.map(({ alias, profile, bound }) => ({ alias, profile, models: bound.models.map(entryText) }));

const hintOf = (count: number, { path }: LockDraft): string =>
  count === 0
    ? ''
    : `Nothing is written to ${path}. The same line with --yes writes what is then proposed.\n`;

/** As JSON it is told in one piece at the end. */
function channelOf(parts: TalkParts): Channel {
  const isQuiet = parts.input.isOn('json');
  return {
    onText: (text) => {
      if (!isQuiet) writeOut(plainProse(text));
    },
    onTool: (name) => {
      if (!isQuiet && process.stderr.isTTY) writeAside(`${parts.look.dim(`(${name})`)}\n`);
    },
    onProposal: () => {},
    maySave: async () => 'later',
  };
}

async function maySave({ input, draft, look }: TalkParts, stopping: AbortSignal): Promise<boolean> {
  if (input.isOn('yes')) return true;
  if (!canAsk() || input.isOn('json')) return false;
  writeAside(`\n\n${renderDiff(draft.diff(), look)}\n`);
  return confirm(`Write this to ${draft.path}?`, { isSure: false, surroundings: { stopping } });
}

function stopOnSignal(conversation: Conversation, asking: AbortController): { readonly forget: () => void } {
  const stop = (): void => {
    conversation.stop();
    asking.abort();
  };
  process.on('SIGINT', stop);
  return { forget: () => process.off('SIGINT', stop) };
}
