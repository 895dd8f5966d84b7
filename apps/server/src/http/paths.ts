/** The path of a request target, as sent, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

const HEALTH = new Set(['/livez', '/readyz', '/api/v2.0/ping', '/api/v2.0/health']);

export function isHealthPath(path: string): boolean {
  return HEALTH.has(path);
}

/** The OCI API: `/v2` and everything below. */
export function isV2(target: string): boolean {
  return target.startsWith('/v2') && (target.length === 3 || target[3] === '/' || target[3] === '?');
}

/** Paths that programs call: registry, token endpoint, REST API. */
export function isProgramPath(path: string): boolean {
  return (
    isV2(path) ||
    path.startsWith('/c/') ||
    path === '/service' ||
    path.startsWith('/service/') ||
    path === '/api' ||
    path.startsWith('/api/')
  );
}
