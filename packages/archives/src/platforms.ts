import type { Platform } from '@berth/oci';

/** Of an image's config; undefined for what is none. */
export function platformOfConfig(bytes: Buffer | undefined): Platform | undefined {
  if (bytes === undefined) return undefined;
  try {
    const { os, architecture, variant } = JSON.parse(bytes.toString()) as Record<string, unknown>;
    if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
    return { os, architecture, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
  } catch (error) {
    // Configs of artifacts may be anything.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `linux/arm64/v8`; undefined where nothing or `unknown` is told. */
export function platformName(platform: Platform | undefined): string | undefined {
  if (platform === undefined || platform.os === 'unknown') return undefined;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Does the name that was asked for mean this platform? `linux/arm64` means every variant. */
export function matchesPlatform(wanted: string, platform: Platform | undefined): boolean {
  const name = platformName(platform);
  return name !== undefined && (name === wanted || name.startsWith(`${wanted}/`));
}
