/** How long a link protects its blob after the last upload, mount or pushing HEAD (law 4). */
export const LEASE = `interval '1 hour'`;
/** A lease with less than this left is renewed by whoever uses it. */
export const LEASE_LOW = `interval '30 minutes'`;
/** Objects that readers may have open stay this long after their row is gone: far longer than a presigned URL lives (law 3). */
export const DELETION_DELAY = `interval '10 minutes'`;
/** A claim on an upload lapses after this: a dead process blocks a session no longer. */
export const CLAIM = `interval '60 seconds'`;
/** Work handed to one process is handed out again after this. */
export const WORK_CLAIM = `interval '10 minutes'`;
