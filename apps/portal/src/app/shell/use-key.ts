import { useEffect, useRef } from 'react';

/** Calls `act` at Escape, or at a letter with Ctrl or Command (`mod+k`). */
export function useKey(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const [last = '', modifier] = key.split('+').reverse();
    const listen = (event: KeyboardEvent): void => {
      const wanted = event.key.toLowerCase() === last.toLowerCase() && (event.ctrlKey || event.metaKey) === (modifier === 'mod');
      if (!wanted || event.altKey || event.shiftKey) return;
      // The browser has its own idea of Ctrl+K.
      if (modifier === 'mod') event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key]);
}
