# zsh -f completion.zsh SCRIPT LINE: types LINE and Tab in a zsh that has a terminal of its own, and prints what its completion collects.

if [[ $1 != inside ]]; then
  zmodload zsh/zpty
  zpty terminal zsh -f -i
  zpty -w terminal "PS1=; source ${(q)0} inside ${(q)1}"
  # The mark is printed when the shell has read its functions.
  zpty -r terminal text '*<<ready>>*'
  zpty -n -w terminal "$2"$'\t'
  while zpty -r terminal text; do print -r -- "$text"; done
  return
fi

autoload -U compinit
compinit -u -D
source $2

# Called by the completion system with every group of matches; with -O, -A or -D it only asks which of them fit.
compadd() {
  local -a hits
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    builtin compadd -A hits "$@"
    # What is not typed again stands in IPREFIX; names of files are quoted already.
    found+=($IPREFIX${^${(Q)hits}})
  fi
  builtin compadd "$@"
}

offer() {
  found=()
  _main_complete
  compstate[insert]= compstate[list]=
  print -r -- "<<${(j:|:)found}>>"
  exit
}

zle -C offer complete-word offer
bindkey '^I' offer
print '<<ready>>'
