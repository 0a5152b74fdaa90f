// Why the system, or a bound of our own, refused to read or write, in words.

const FILE_PROBLEM = 'FileProblem';

/** A file that is not read or written although the system might allow it. The message is a reason that follows a colon. */
export class FileProblem extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = FILE_PROBLEM;
  }
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory; name the log files in it',
  EEXIST: 'a file of that name is in the way',
  ENOTEMPTY: 'a directory of that name is in the way',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOSPC: 'no space left on device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would be larger than the limit of this process (ulimit -f)',
  EROFS: 'the file system is read-only',
  EBADF: 'it is closed',
  EIO: 'input/output error',
  EINVAL: 'it cannot be read as a file',
  ENXIO: 'it is a socket, or a device that is not there',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'it is a link, or links that lead to each other',
  ETXTBSY: 'it is being executed',
  EAGAIN: 'it holds nothing to read yet',
  ERR_INVALID_ARG_VALUE: 'there is a NUL byte in the name',
};

export function systemReason(error: unknown): string {
  // By its name: each bundle of the command has a class of its own.
  if (error instanceof Error && error.name === FILE_PROBLEM) return error.message;
  const code = codeOf(error) ?? '';
  return SYSTEM_REASONS[code] ?? (code || 'unknown error');
}

/** The code of an error of the system: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
