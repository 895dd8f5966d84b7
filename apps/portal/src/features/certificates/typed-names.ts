/** Names as people list them: one a line, or parted by commas or blanks. */
export function typedNames(text: string): string[] {
  return text.split(/[\s,;]+/).filter((name) => name !== '');
}

/** Those that docker takes for a project on Docker Hub: no dot, no colon, not localhost. */
export function singleLabels(names: readonly string[]): string[] {
  return names.filter((name) => /^[a-z0-9-]+$/i.test(name) && name !== 'localhost');
}

/** What the files are named for: the first name, without what a file's name may not have. */
export function fileNameFor(names: readonly string[]): string {
  const first = (names[0] ?? '').replace(/^\w+:/, '').replace(/^\*\./, 'wildcard.');
  return (
    first
      .replace(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'server'
  );
}

const MAX_LINE = 64;

/** A request as PEM, whether the file holds PEM or DER. */
export function requestAsPem(bytes: Uint8Array): string {
  const DER_SEQUENCE = 0x30;
  if (bytes[0] !== DER_SEQUENCE || bytes[1] === undefined || bytes[1] < 0x80) return new TextDecoder().decode(bytes);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(new RegExp(`.{1,${MAX_LINE}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
}
