import type { Actor } from '@berth/access';

const callers = new WeakMap<object, Actor>();

/** Runs a decision; when it is a no, who got it is remembered with the error, for the audit log. */
export function rememberingCaller<Result>(actor: Actor, decide: () => Result | Promise<Result>): Result | Promise<Result> {
  try {
    const result = decide();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw remembered(error, actor);
    });
  } catch (error) {
    throw remembered(error, actor);
  }
}

function remembered(error: unknown, actor: Actor): unknown {
  if (typeof error === 'object' && error !== null) callers.set(error, actor);
  return error;
}

/** Whom a gate refused with this error; undefined where nobody was known yet. */
export function refusedCaller(error: object): Actor | undefined {
  return callers.get(error);
}
