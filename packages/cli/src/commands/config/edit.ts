/** `keelson config edit`: a copy of a file in an editor, which takes the file's place where nothing is wrong with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import { type ConfigurationRoom, fileToChange, openLoader } from '../../subject/configuration.ts';
import { deps } from '../../subject/writing.ts';

const [ownersFolder, ownersFile] = [0o700, 0o600];

export const run: Run = async (input, surroundings) => {
  const editor = findEditor(surroundings);
  const { room, loader } = await openLoader(surroundings);
  const file = fileToChange(loader, input);
  const before = await readFile(file, 'utf8').catch(orNothing);
  const draft = await writeDraft(file, before ?? template);
  await openEditor(editor, draft, surroundings);
  const text = await readFile(draft, 'utf8');
  const isChanged = text !== (before ?? template);
  if (isChanged) {
    const { variables: environment } = loader.environment;
    const problems = await room.problemsInText(file, text, environment);
    if (problems.length > 0) throw keptDraft(room.problemsError(atDraft(problems, draft)), file, draft);
    await takeOver({ room, file, before, text, draft, environment });
  }
  await rm(draft, { force: true });
  return {
    data: asJson({ file, isChanged }),
    text: () => (isChanged ? `${file} is changed.\n` : 'Nothing is changed.\n'),
  };
};

const template = `# Settings of Keelson. docs/configuration.md lists them all; \`keelson config validate\` checks this file.
{}
`;

function orNothing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function findEditor({ environment }: Surroundings): string {
  const editor = environment.VISUAL || environment.EDITOR;
  if (editor) return editor;
  throw new KeelsonError('configuration_invalid', 'No editor is named.', {
    hint: 'Set VISUAL or EDITOR, such as EDITOR=nano, or use `keelson config set`.',
    details: { field: 'EDITOR' },
  });
}

/** Its name ends as the file's does, by which editors know what is in it. */
async function writeDraft(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: ownersFolder });
  const id = Buffer.from(deps.random.bytes(4)).toString('hex');
  const draft = join(dirname(file), `draft-${id}-${basename(file)}`);
  const handle = await open(draft, 'wx', ownersFile);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  return draft;
}

/** By the shell, because EDITOR may have words of its own. Ctrl-C is the editor's while it runs. */
async function openEditor(editor: string, draft: string, { environment }: Surroundings): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', draft], {
    stdio: 'inherit',
    env: environment,
  });
  const [code] = await once(child, 'close');
  if (code === 0) return;
  await rm(draft, { force: true });
  throw new KeelsonError(
    'configuration_invalid',
    `The editor ended with ${code ?? 'a signal'}; nothing is changed.`,
    {
      hint: 'VISUAL or EDITOR names it.',
      details: { field: 'EDITOR' },
    },
  );
}

type Problems = Awaited<ReturnType<ConfigurationRoom['problemsInText']>>;

const atDraft = (problems: Problems, draft: string): Problems =>
  problems.map((problem) => ({ ...problem, file: draft }));

function keptDraft(error: Error, file: string, draft: string): KeelsonError {
  return new KeelsonError('configuration_invalid', error.message, {
    hint: `\`${file}\` stays as it was. What you wrote is in \`${draft}\`.`,
    details: { field: 'configuration' },
  });
}

interface TakingOver {
  readonly room: ConfigurationRoom;
  readonly file: string;
  readonly before: string | undefined;
  readonly text: string;
  readonly draft: string;
  readonly environment: Surroundings['environment'];
}

/** Only over what was there when the editor was opened. */
async function takeOver({ room, file, before, text, draft, environment }: TakingOver): Promise<void> {
  await room.changeConfigurationFile(file, {
    environment,
    deps,
    mayBeBroken: true,
    change: async (now) => {
      if (now === before) return text;
      throw keptDraft(new Error(`Somebody else has changed \`${file}\` meanwhile.`), file, draft);
    },
  });
}
