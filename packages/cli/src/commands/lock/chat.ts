/** `keelson lock chat`: an advisor that proposes bindings as diffs. One question from a line or a pipe, or a conversation on a terminal. */
import { join } from 'node:path';
import { answerOnce } from '../../advisor/answer-once.ts';
import type { Channel } from '../../advisor/channel.ts';
import { Conversation } from '../../advisor/conversation.ts';
import { renderInstructions } from '../../advisor/instructions.ts';
import { LockDraft } from '../../advisor/lock-draft.ts';
import { createLockTools } from '../../advisor/lock-tools.ts';
import { openLink } from '../../advisor/open-link.ts';
import { createRegistryTools } from '../../advisor/registry-tools.ts';
import { talk } from '../../advisor/talk.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { findOpenLockfile } from '../../subject/open-lockfile.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { readSetUp } from '../../subject/set-up-providers.ts';
import { createLook, type Look } from '../../terminal/look.ts';
import { readInput } from '../../terminal/read-input.ts';
import { isTerminal } from '../../terminal/write-out.ts';

export const run: Run = async (input, surroundings) => {
  const question = await readQuestion(input);
  const registry = await getRegistry(input, surroundings);
  const lockfile = await findOpenLockfile(input, surroundings);
  const link = await openLink({ input, surroundings, registry, lockfile });
  const draft = new LockDraft({
    lockfile: lockfile?.lockfile,
    path: lockfile?.path ?? join(surroundings.folder, 'keelson.lock'),
    registry,
    packages: lockfile?.packages ?? new Map(),
    profile: input.text('profile'),
    environment: surroundings.environment,
  });
  const setUp = readSetUp(surroundings.environment).map(({ name }) => name);
  const system = renderInstructions(registry, setUp);
  const parts = { input, surroundings, draft, model: link.model, look: lookOf(input, surroundings) };
  const open = (channel: Channel): Conversation =>
    new Conversation({
      link,
      system,
      tools: [...createRegistryTools(registry), ...createLockTools({ draft, registry, ...channel })],
      onText: channel.onText,
      onTool: channel.onTool,
    });
  try {
    return question === undefined ? await talk(parts, open) : await answerOnce(question, parts, open);
  } finally {
    await link.close();
  }
};

function lookOf(input: Input, { environment }: Surroundings): Look {
  return createLook({ isTerminal: isTerminal('output'), when: input.text('color'), environment });
}

/** Undefined where somebody sits there to talk to. */
async function readQuestion(input: Input): Promise<string | undefined> {
  const said = input.words.join(' ').trim();
  if (said !== '' && said !== '-') return said;
  const canTalk = process.stdin.isTTY === true && isTerminal('output') && !input.isOn('json');
  if (canTalk && said === '') return undefined;
  const sent = process.stdin.isTTY === true ? '' : (await readInput()).trim();
  if (sent !== '') return sent;
  throw new UsageError('There is no question.', {
    hint: 'Write it behind the command or send it on standard input; on a terminal, the command alone begins a conversation.',
  });
}
