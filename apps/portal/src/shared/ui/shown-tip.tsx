import { Tooltip } from '@mantine/core';
import { type ReactNode, useCallback, useSyncExternalStore } from 'react';

/** The tooltip of an element, with what its `data-tip` says now: a button that has copied says so at once. */
export function ShownTip({ target }: { readonly target: HTMLElement }): ReactNode {
  const subscribe = useCallback(
    (changed: () => void) => {
      const observer = new MutationObserver(changed);
      observer.observe(target, { attributes: true, attributeFilter: ['data-tip'] });
      return () => observer.disconnect();
    },
    [target],
  );
  const text = useSyncExternalStore(subscribe, () => target.dataset['tip']);
  if (text === undefined || text === '') return null;
  return <Tooltip opened label={text} target={target} multiline maw={360} styles={{ tooltip: { overflowWrap: 'anywhere' } }} />;
}
