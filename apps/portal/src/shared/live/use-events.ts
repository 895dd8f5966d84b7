import { useEffect, useRef, useState } from 'react';
import { apiUrl, type Schema } from '../api/fetcher.ts';

/** What a page watches: the query of `/events`, and what it does with each event; `ready` comes each time that the stream begins or goes on. */
export interface Watched {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
}

/** The browser tries again by itself after what it takes for a passing fault; after a refusal it does not. */
const AGAIN_MS = 15_000;

/**
 * Watches `/events` while the page is seen: a browser opens few connections to a server, and a page in the background needs none. Goes on
 * where it was. Answers whether the stream is there: without it the page is as fresh as its queries.
 */
export function useEvents({ query, on }: Watched): boolean {
  const handlers = useRef(on);
  handlers.current = on;
  const address = apiUrl('/events', query);
  const names = Object.keys(on).join(' ');
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: number | undefined;
    let last: string | undefined;
    const close = (): void => {
      window.clearTimeout(timer);
      source?.close();
      source = undefined;
      setIsLive(false);
    };
    const open = (): void => {
      close();
      if (document.hidden) return;
      const opened = new EventSource(last === undefined ? address : `${address}&after=${last}`);
      source = opened;
      for (const name of new Set(['ready', ...names.split(' ')])) {
        opened.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
          if (lastEventId !== '') last = lastEventId;
          setIsLive(true);
          handlers.current[name]?.(parsed(data));
        });
      }
      opened.addEventListener('error', () => {
        setIsLive(false);
        if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(open, AGAIN_MS);
      });
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      close();
    };
  }, [address, names]);
  return isLive;
}

/** Hands on what the schema knows; a newer server may send more. */
export function typed<T>(schema: Schema<T>, use: (value: T) => void): (data: unknown) => void {
  return (data) => {
    let value: T;
    try {
      value = schema.parse(data);
    } catch {
      return;
    }
    use(value);
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
