import { type ReactNode, useEffect, useRef } from 'react';
import classes from './log-view.module.css';

/** A browser shows no more than this without getting slow; the newest lines are at the end. */
const MAX_LENGTH = 400_000;
const NEAR_THE_END_PX = 48;

/** Text of a log, in the server's words whatever the reader's language: it is searched for, sent on, and the same everywhere. Who reads its end stays there as it grows; who has scrolled up is left in peace. */
export function LogView({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element !== null && follows.current) element.scrollTop = text.length === 0 ? 0 : element.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={box}
      className={classes['log']}
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
      }}
    >
      {text.length > MAX_LENGTH ? `…${text.slice(-MAX_LENGTH)}` : text}
    </pre>
  );
}
