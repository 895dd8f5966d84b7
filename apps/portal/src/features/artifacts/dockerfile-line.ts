const NO_OPERATION = /^\/bin\/sh -c #\(nop\)\s*/;
const SHELL = /^(?:RUN )?(?:\|\d+ [^/]*)?\/bin\/sh -c /;
const BUILDKIT_NOTE = /\s*# buildkit$/;

/** `/bin/sh -c #(nop)  CMD ["sh"]` -> `CMD ["sh"]`: the line of a Dockerfile that made this step, as builders record it. */
export function dockerfileLine(createdBy: string): string {
  const text = createdBy.replace(BUILDKIT_NOTE, '').trim();
  if (NO_OPERATION.test(text)) return text.replace(NO_OPERATION, '');
  if (SHELL.test(text)) return `RUN ${text.replace(SHELL, '')}`;
  return text;
}
