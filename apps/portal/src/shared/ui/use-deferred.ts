import { type ComponentType, useCallback, useState } from 'react';

/** The component once it is there, and what fetches it: answers whether it could be had. */
export type Deferred<Props> = readonly [ComponentType<Props> | undefined, () => Promise<boolean>];

/** A component whose code nobody waits for: it is fetched when it is first needed, and again when it could not be had. */
export function useDeferred<Props>(load: () => Promise<ComponentType<Props>>): Deferred<Props> {
  const [component, setComponent] = useState<ComponentType<Props>>();
  const fetchIt = useCallback(
    () =>
      load().then(
        (loaded) => {
          setComponent(() => loaded);
          return true;
        },
        () => false,
      ),
    [load],
  );
  return [component, fetchIt];
}
