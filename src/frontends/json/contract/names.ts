// The names that builder and description share; nothing of the description is needed at run time.

export const SCHEMA = 'replay/1' as const;

/** The form in which a crash was handed over. */
export const CARRIERS = ['linux-log'] as const;
