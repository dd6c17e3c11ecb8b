/** `keelson completion`: a script for a shell, which asks the command itself what may come next. */
import type { Run } from '../line/command-spec.ts';

const bash = `# Completes keelson in bash.
_keelson() {
  local line found last before
  local -a words
  COMPREPLY=()
  line="\${COMP_LINE:0:COMP_POINT}"
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words+=('') ;; esac
  # Bash takes what stands behind one of these for a word of its own.
  last="\${words[\${#words[@]}-1]}"
  before="\${last%"\${last##*[:=]}"}"
  while IFS= read -r found; do
    [ -n "$found" ] && COMPREPLY+=("\${found#"$before"}")
  done < <(keelson __complete -- "\${words[@]:1}" 2>/dev/null)
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then compopt -o default 2>/dev/null; fi
}
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
if [ "\${funcstack[1]}" = _keelson ]; then _keelson "$@"; else compdef _keelson keelson; fi
`;

const fish = `# Completes keelson in fish.
function __keelson_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (keelson __complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c keelson -f -a '(__keelson_complete)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };

export const run: Run = async (input) => {
  const shell = input.word(0);
  const script = scripts[shell] ?? '';
  return { data: { shell, script }, text: () => script };
};
