// fast-check with one seed for every property, so that the same commit gives the same answer on every machine. REPLAY_PROPERTY_SEED looks at
// other cases, for as many seeds as one has time for; what such a run finds becomes a case of its own.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.REPLAY_PROPERTY_SEED ?? 20261122) });

export { fc };
