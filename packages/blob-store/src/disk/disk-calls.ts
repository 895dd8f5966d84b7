import fs from 'node:fs';
import { UnlinkThread } from './unlink-thread.ts';

/**
 * The file system calls that the disk adapter makes, all of them. One object, so that tests can record their order and fail the
 * Nth. Numbers are file descriptors; positions and lengths are bytes. Raw descriptors, since a FileHandle costs more per call.
 */
export interface DiskCalls {
  open(path: string, flags: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** Bytes read into the start of `buffer`: fewer than its length at will, 0 at the end of the file. */
  read(fd: number, buffer: Buffer, position: number): Promise<number>;
  /** Bytes taken from the start of `buffer`, at least one. */
  write(fd: number, buffer: Buffer, position: number): Promise<number>;
  truncate(fd: number, length: number): Promise<void>;
  fdatasync(fd: number): Promise<void>;
  fsync(fd: number): Promise<void>;
  fstat(fd: number): Promise<fs.Stats>;
  lstat(path: string): Promise<fs.Stats>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** For each path the errno name of why it was not removed, or undefined. For many at once. */
  unlinkAll(paths: readonly string[]): Promise<readonly (string | undefined)[]>;
  mkdir(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  statfs(path: string): Promise<fs.StatsFs>;
}

/** Nobody else on the machine may read layers: whoever may is decided by the registry. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

type Callback<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

function call<T>(start: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null || error === undefined ? resolve(value) : reject(error)));
  });
}

const unlinkThread = new UnlinkThread();

/** The calls as the operating system does them. */
export const systemCalls: DiskCalls = {
  open: (path, flags) => call((done) => fs.open(path, flags, FILE_MODE, done)),
  close: (fd) => call<void>((done) => fs.close(fd, done as fs.NoParamCallback)),
  read: (fd, buffer, position) => call((done) => fs.read(fd, buffer, 0, buffer.length, position, done)),
  write: (fd, buffer, position) => call((done) => fs.write(fd, buffer, 0, buffer.length, position, done)),
  truncate: (fd, length) => call<void>((done) => fs.ftruncate(fd, length, done as fs.NoParamCallback)),
  fdatasync: (fd) => call<void>((done) => fs.fdatasync(fd, done as fs.NoParamCallback)),
  fsync: (fd) => call<void>((done) => fs.fsync(fd, done as fs.NoParamCallback)),
  fstat: (fd) => call((done) => fs.fstat(fd, done)),
  lstat: (path) => call((done) => fs.lstat(path, done)),
  rename: (from, to) => call<void>((done) => fs.rename(from, to, done as fs.NoParamCallback)),
  link: (from, to) => call<void>((done) => fs.link(from, to, done as fs.NoParamCallback)),
  unlink: (path) => call<void>((done) => fs.unlink(path, done as fs.NoParamCallback)),
  unlinkAll: (paths) => unlinkThread.unlinkAll(paths),
  mkdir: (path) => call<void>((done) => fs.mkdir(path, DIRECTORY_MODE, done as fs.NoParamCallback)),
  readdir: (path) => call((done) => fs.readdir(path, done)),
  statfs: (path) => call((done) => fs.statfs(path, done)),
};

/** The errno name of a failed call, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** Milliseconds since 1970; undefined when it is not there. */
export async function modifiedAt(calls: DiskCalls, path: string): Promise<number | undefined> {
  try {
    return (await calls.lstat(path)).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
