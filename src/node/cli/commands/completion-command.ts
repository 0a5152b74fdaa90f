// `replay completion SHELL`: prints what lets a shell complete the command.

import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { type CommandModel, programModel } from '../completion/command-model.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (program: CommandModel) => readonly string[]>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const COMPLETION_HELP = `
For this shell alone:
  bash  source <(replay completion bash)
  zsh   source <(replay completion zsh)
  fish  replay completion fish | source

For every shell that starts from now on, write it to
  bash  ~/.local/share/bash-completion/completions/replay
  zsh   _replay, in a directory of $fpath
  fish  ~/.config/fish/completions/replay.fish`;

export function describeCompletion(
  command: Command,
  wholeProgram: () => Promise<Command>,
  finish: (exitCode: number) => void,
): void {
  command
    .description('Prints a script that lets a shell complete commands, options and their values.')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: Shell) => {
      createOutput('never').write(SCRIPTS[shell](programModel(await wholeProgram())));
      finish(EXIT.reproduced);
    });
}
