// The name of this carrier, in its row of carriers/all-carriers.ts and in every snapshot that it reads.

export const LINUX_LOG = 'linux-log';
