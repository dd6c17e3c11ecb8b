/** The commands that teach a shell to complete lines. */
import type { CommandSpec } from '../line/command-spec.ts';

export const completionSpec: CommandSpec = {
  name: 'completion',
  about: 'Prints a script that teaches a shell to complete commands, flags, aliases and models.',
  words: [{ name: 'SHELL', about: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
  examples: [
    { line: 'source <(keelson completion bash)', about: 'bash: in ~/.bashrc' },
    { line: 'source <(keelson completion zsh)', about: 'zsh: in ~/.zshrc, after compinit' },
    { line: 'keelson completion fish > ~/.config/fish/completions/keelson.fish', about: 'fish: once' },
  ],
  configuration: 'none',
  load: () => import('../commands/completion.ts'),
};

export const completeSpec: CommandSpec = {
  name: '__complete',
  about: 'Prints what may stand in the place of the last word.',
  words: [{ name: 'WORD', about: 'the line so far', repeats: true, isOptional: true }],
  isHidden: true,
  configuration: 'none',
  load: () => import('../completion/complete.ts'),
};
