import { cloneElement, type HTMLAttributes, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useDeferred } from './use-deferred.ts';

const loadOpenedMenu = () => import('./opened-menu.tsx').then(({ OpenedMenu }) => OpenedMenu);
/** By then the page has what it needs. */
const FETCH_AFTER_MS = 1_000;

export interface MenuEntry {
  readonly text: string;
  /** Of the text, where it is not the page's language. */
  readonly lang?: string;
  readonly icon?: ReactNode;
  /** At the end, such as a tick. */
  readonly mark?: ReactNode;
  readonly onChoose: () => void;
}

export interface MenuSection {
  readonly label?: string;
  readonly entries: readonly MenuEntry[];
}

export interface MenuButtonProps {
  readonly button: ReactElement<HTMLAttributes<HTMLElement>>;
  readonly sections: readonly MenuSection[];
}

/** A button of the frame that opens a menu. The frame is there at once; what places a menu comes after it, or when it is asked for. */
export function MenuButton({ button, sections }: MenuButtonProps): ReactNode {
  const [wanted, setWanted] = useState(false);
  const [OpenedMenu, fetchMenu] = useDeferred(loadOpenedMenu);
  useEffect(() => {
    const timer = setTimeout(() => void fetchMenu(), FETCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [fetchMenu]);
  if (wanted && OpenedMenu !== undefined) return <OpenedMenu button={button} sections={sections} />;
  const open = (): void => {
    setWanted(true);
    void fetchMenu();
  };
  return cloneElement(button, { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: open });
}
