// The names that builder and description share; nothing of the description is needed at run time.

export const SCHEMA = 'replay/1' as const;
