import manifest from '../package.json' with { type: 'json' };

/** Berth's version. */
export const VERSION: string = manifest.version;
