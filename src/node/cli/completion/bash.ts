// The completion of bash. Names of files are left to bash itself, which knows how to quote them.

import type { CommandModel, Offer } from './command-model.ts';

export function bashCompletion(program: CommandModel): readonly string[] {
  const { commands } = program;
  const all = [program, ...commands];
  return `# bash completion for replay, made by \`replay completion bash\`

_replay() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  # Bash takes the = of --option=value for a word.
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -- ]]; then return; fi
  done
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
      ${commands.map(({ name }) => name).join('|')}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  case "$command $prev" in
${all.flatMap((command) => valueCases(command === program ? '' : command.name, command)).join('\n')}
  esac
  case $command in
${all.flatMap((command) => wordCase(command === program ? "''" : command.name, command)).join('\n')}
  esac
}

${HELPERS}
complete -o bashdefault -o default -F _replay replay`.split('\n');
}

function valueCases(command: string, { options }: CommandModel): readonly string[] {
  return options.flatMap(({ names, value }) => {
    if (value === undefined) return [];
    const pattern = names.map((name) => `'${command} ${name}'`).join('|');
    return [`    ${pattern}) ${offered(value.offer)}return ;;`];
  });
}

function offered(offer: Offer): string {
  if (offer.kind === 'files' || offer.kind === 'directories') return '';
  if (offer.kind === 'nothing') return "_replay_words ''; ";
  return `${offer.isList ? '_replay_list' : '_replay_words'} '${offer.words.join(' ')}'; `;
}

/** The words of a command: options after a dash, else what its argument may be. */
function wordCase(pattern: string, command: CommandModel): readonly string[] {
  const options = command.options.flatMap(({ names }) => names);
  const first = command.arguments[0]?.offer;
  const lines = [`    ${pattern})`, `      if [[ $cur == -* ]]; then _replay_words '${options.join(' ')}'`];
  if (command.commands.length > 0) {
    const names = command.commands.map(({ name }) => name).join(' ');
    lines.push(`      elif ((COMP_CWORD == 1)); then _replay_words_and_files '${names}'`);
  }
  if (first?.kind === 'words') {
    lines.push(`      elif ((COMP_CWORD == 2)); then _replay_words '${first.words.join(' ')}'`);
    lines.push("      else _replay_words ''");
  }
  return [...lines, '      fi ;;'];
}

const HELPERS = `# These words, and no file.
_replay_words() {
  local word
  for word in $1; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
  compopt +o default +o bashdefault 2>/dev/null
  return 0
}

# Words with commas between.
_replay_list() {
  local word before=
  [[ $cur == *,* ]] && before=\${cur%,*},
  for word in $1; do
    [[ ,$before != *,$word,* && $before$word == "$cur"* ]] && COMPREPLY+=("$before$word")
  done
  compopt -o nospace +o default +o bashdefault 2>/dev/null
  return 0
}

_replay_words_and_files() {
  local word
  for word in $1; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
  ((\${#COMPREPLY[@]} == 0)) && return 0
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
  compopt -o filenames 2>/dev/null
  return 0
}
`;
