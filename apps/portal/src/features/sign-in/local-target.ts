/**
 * Where to go after signing in: a path of this portal, or nothing. An address that names another host (`//evil.example`, `/\evil.example`)
 * is refused, so that no link can send a person elsewhere by way of the sign-in page.
 */
export function localTarget(to: string | undefined): string | undefined {
  if (to === undefined || !to.startsWith('/') || /^\/[/\\]/.test(to)) return undefined;
  const here = 'http://portal.invalid';
  const url = URL.canParse(to, here) ? new URL(to, here) : undefined;
  return url?.origin === here && url.pathname !== '/sign-in' ? `${url.pathname}${url.search}` : undefined;
}
