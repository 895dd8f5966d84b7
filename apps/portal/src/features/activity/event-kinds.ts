/** What happens to what repositories hold, in the server's words. */
export const EVENT_KINDS = [
  'manifest pushed',
  'manifest deleted',
  'tag created',
  'tag moved',
  'tag deleted',
  'repository deleted',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
