import { useEffect, useState } from 'react';

/** Gives the focus back to what had it, when a dialog that took it goes away: who works by keyboard is where he was. */
export function useReturnFocus(): void {
  const [opener] = useState(findOpener);
  useEffect(
    () => () => {
      // After the dialog has let it go; whoever has taken it meanwhile keeps it.
      setTimeout(() => {
        if (opener?.isConnected === true && (document.activeElement === null || document.activeElement === document.body)) opener.focus();
      });
    },
    [opener],
  );
}

/** What is focused now; of an entry of a menu, which goes with it, the button that opens the menu. */
function findOpener(): HTMLElement | undefined {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement)) return undefined;
  const menu = activeElement.closest('[role=menu]');
  if (menu === null) return activeElement;
  return document.querySelector<HTMLElement>(`[aria-controls="${CSS.escape(menu.id)}"]`) ?? undefined;
}
