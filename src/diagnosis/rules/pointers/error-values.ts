// Error codes and -1 in the place of a pointer.

import { errnoName } from '../../../machine/errno.ts';
import { errnoOf } from '../../../machine/zones.ts';
import { capped } from '../../crash.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds, sourced } from './about.ts';

const LARGEST_ERRNO = 4095;
export const errorPointer: Rule = (crash) => {
  const pointer = crash.base;
  if (pointer === undefined || crash.operand?.index !== undefined) return [];
  const { value, register } = pointer;
  if (value === 0xffff_ffff) {
    return [
      {
        kind: 'minus-one-pointer',
        register,
        ...sourced(pointer),
        strength: 'suggests',
        grounds: pointerGrounds(crash, pointer),
      },
    ];
  }
  if (value <= 0xffff_ffff - LARGEST_ERRNO || errnoOf(value) < 2 || errnoName(errnoOf(value)) === undefined) return [];
  const known = ['load', 'returned', 'argument'].includes(pointer.source?.kind ?? '');
  const strength = known ? capped('suggests', pointer.path) : 'hint';
  const errno = errnoOf(value);
  return [
    {
      kind: 'error-pointer',
      register,
      value,
      errno,
      ...sourced(pointer),
      strength,
      grounds: pointerGrounds(crash, pointer),
    },
  ];
};
