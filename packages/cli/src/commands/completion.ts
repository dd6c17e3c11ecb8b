/** `keelson completion`: a script for a shell, which asks the command itself what may come next. */
import type { Run } from '../line/command-spec.ts';

const bash = `# Completes keelson in bash.
_keelson() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <(keelson __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then compopt -o default 2>/dev/null; fi
  if [ "\${#COMPREPLY[@]}" -gt 0 ] && type __ltrim_colon_completions >/dev/null 2>&1; then
    __ltrim_colon_completions "\${COMP_WORDS[COMP_CWORD]}"
  fi
}
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:}
complete -F _keelson keelson
`;

const zsh = `#compdef keelson
# Completes keelson in zsh.
_keelson() {
  local -a found
  found=("\${(@f)$(keelson __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then compadd -Q -- "\${found[@]}"; else _files; fi
}
compdef _keelson keelson
`;

const fish = `# Completes keelson in fish.
function __keelson_complete
  set -l words (commandline -opc) (commandline -ct)
  keelson __complete -- $words[2..-1] 2>/dev/null
end
complete -c keelson -f -a '(__keelson_complete)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };

export const run: Run = async (input) => {
  const shell = input.word(0);
  const script = scripts[shell] ?? '';
  return { data: { shell, script }, text: () => script };
};
