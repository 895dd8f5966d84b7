import { type ReactNode, useEffect, useState } from 'react';
import { useDeferred } from './use-deferred.ts';

const loadShownTip = () => import('./shown-tip.tsx').then(({ ShownTip }) => ShownTip);

/**
 * One tooltip for the whole page: it stands at whatever has a `data-tip` and the pointer over it or the keyboard's focus, until Escape, and does
 * not come back while the pointer stays (WCAG 2.2, 1.4.13). Hundreds of rows cost nothing by having one, and the code that places it is fetched for
 * the first that is shown.
 */
export function Tips(): ReactNode {
  const [target, setTarget] = useState<HTMLElement>();
  const [ShownTip, fetchShownTip] = useDeferred(loadShownTip);
  useEffect(() => {
    let shown: HTMLElement | null = null;
    let dismissed: HTMLElement | null = null;
    const look = ({ type, target: at }: Event): void => {
      const found = at instanceof Element ? at.closest<HTMLElement>('[data-tip]') : null;
      if (type === 'focusin' && found?.matches(':focus-visible') !== true) return;
      // A button that changes its icon is entered anew under a pointer that rests.
      if (type === 'pointerover' && found !== null && found === dismissed) return;
      dismissed = null;
      shown = found;
      setTarget(found ?? undefined);
      if (found !== null) void fetchShownTip();
    };
    const leave = (): void => setTarget(undefined);
    const press = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape') return;
      dismissed = shown;
      leave();
    };
    const ends = new AbortController();
    const { signal } = ends;
    document.addEventListener('pointerover', look, { signal, passive: true });
    document.addEventListener('focusin', look, { signal });
    document.addEventListener('focusout', leave, { signal });
    document.documentElement.addEventListener('pointerleave', leave, { signal });
    document.addEventListener('keydown', press, { signal });
    return () => ends.abort();
  }, [fetchShownTip]);
  return ShownTip === undefined || target === undefined ? null : <ShownTip target={target} />;
}
