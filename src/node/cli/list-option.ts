// An option whose value is several words with commas between: commander knows choices of one word only.

import { Option } from 'commander';

/** `choices` are those of each word; `argParser`, called after it, reads the list. */
export class ListOption extends Option {
  readonly isList = true;
}

/** Each bundle has a class of its own, so what is looked at is the object. */
export function isListOption(option: Option): boolean {
  return 'isList' in option;
}
