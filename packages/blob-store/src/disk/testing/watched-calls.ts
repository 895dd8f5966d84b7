import { type DiskCalls, errnoOf, systemCalls } from '../disk-calls.ts';

/** One call that was made, in the order of their starts. */
export interface WatchedCall {
  readonly name: keyof DiskCalls;
  /** What it was about: the path, or the path that the descriptor was opened with. */
  readonly path: string;
  /** True once the call ended well. */
  ended: boolean;
}

/** The real calls, recorded, some of them failing on request. */
export interface WatchedCalls {
  readonly calls: DiskCalls;
  readonly log: WatchedCall[];
  /** Asked before each call: an errno name makes the call fail without being made. */
  failing: ((call: WatchedCall) => string | undefined) | undefined;
  /** Bytes that one write takes at most, as a nearly full disk or a signal may cause. */
  writeLimit: number;
}

export function watchCalls(): WatchedCalls {
  const paths = new Map<number, string>();
  const watched: WatchedCalls = { calls: systemCalls, log: [], failing: undefined, writeLimit: Number.POSITIVE_INFINITY };

  async function run<T>(name: keyof DiskCalls, path: string, work: () => Promise<T>): Promise<T> {
    const call: WatchedCall = { name, path, ended: false };
    watched.log.push(call);
    const code = watched.failing?.(call);
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected into ${name} ${path}`), { code });
    const value = await work();
    call.ended = true;
    return value;
  }
  const of = (fd: number): string => paths.get(fd) ?? `fd ${fd}`;

  const calls: DiskCalls = {
    open: (path, flags) =>
      run('open', path, async () => {
        const fd = await systemCalls.open(path, flags);
        paths.set(fd, path);
        return fd;
      }),
    // A close that reports an error has closed all the same, as Linux does it.
    close: async (fd) => {
      const path = of(fd);
      await systemCalls.close(fd);
      await run('close', path, () => Promise.resolve());
    },
    read: (fd, buffer, position) => run('read', of(fd), () => systemCalls.read(fd, buffer, position)),
    write: (fd, buffer, position) =>
      run('write', of(fd), () => systemCalls.write(fd, buffer.subarray(0, Math.min(buffer.length, watched.writeLimit)), position)),
    truncate: (fd, length) => run('truncate', of(fd), () => systemCalls.truncate(fd, length)),
    fdatasync: (fd) => run('fdatasync', of(fd), () => systemCalls.fdatasync(fd)),
    fsync: (fd) => run('fsync', of(fd), () => systemCalls.fsync(fd)),
    fstat: (fd) => run('fstat', of(fd), () => systemCalls.fstat(fd)),
    lstat: (path) => run('lstat', path, () => systemCalls.lstat(path)),
    rename: (from, to) => run('rename', to, () => systemCalls.rename(from, to)),
    link: (from, to) => run('link', to, () => systemCalls.link(from, to)),
    unlink: (path) => run('unlink', path, () => systemCalls.unlink(path)),
    unlinkAll: (paths) =>
      Promise.all(
        paths.map((path) =>
          run('unlink', path, async () => {
            const [code] = await systemCalls.unlinkAll([path]);
            if (code !== undefined) throw Object.assign(new Error(`${code}: unlink ${path}`), { code });
          }).then(() => undefined, errnoOf),
        ),
      ),
    mkdir: (path) => run('mkdir', path, () => systemCalls.mkdir(path)),
    readdir: (path) => run('readdir', path, () => systemCalls.readdir(path)),
    statfs: (path) => run('statfs', path, () => systemCalls.statfs(path)),
  };
  return Object.assign(watched, { calls });
}
