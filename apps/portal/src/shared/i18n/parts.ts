/**
 * Texts that are loaded with the pages that use them; the router names the parts of each page. A new part is one file per language, the Chinese
 * one typed by the keys of the English one, and a line here. `parts.test.ts` fails when a page uses a key of a part that it does not load.
 */
export const PARTS = {
  /** What the OpenAPI document tells in English. */
  apiReference: {
    en: async () => ({}),
    zh: () => import('./zh/api-reference.ts').then(({ apiReferenceTexts }) => apiReferenceTexts),
  },
  audited: {
    en: () => import('./en/audited.ts').then(({ auditedTexts }) => auditedTexts),
    zh: () => import('./zh/audited.ts').then(({ auditedTexts }) => auditedTexts),
  },
  certificates: {
    en: () => import('./en/certificates.ts').then(({ certificateTexts }) => certificateTexts),
    zh: () => import('./zh/certificates.ts').then(({ certificateTexts }) => certificateTexts),
  },
  content: {
    en: () => import('./en/content.ts').then(({ contentTexts }) => contentTexts),
    zh: () => import('./zh/content.ts').then(({ contentTexts }) => contentTexts),
  },
  files: {
    en: () => import('./en/files.ts').then(({ fileTexts }) => fileTexts),
    zh: () => import('./zh/files.ts').then(({ fileTexts }) => fileTexts),
  },
  jobs: {
    en: () => import('./en/jobs.ts').then(({ jobTexts }) => jobTexts),
    zh: () => import('./zh/jobs.ts').then(({ jobTexts }) => jobTexts),
  },
  live: {
    en: () => import('./en/live.ts').then(({ liveTexts }) => liveTexts),
    zh: () => import('./zh/live.ts').then(({ liveTexts }) => liveTexts),
  },
  operations: {
    en: () => import('./en/operations.ts').then(({ operationsTexts }) => operationsTexts),
    zh: () => import('./zh/operations.ts').then(({ operationsTexts }) => operationsTexts),
  },
  trends: {
    en: () => import('./en/trends.ts').then(({ trendsTexts }) => trendsTexts),
    zh: () => import('./zh/trends.ts').then(({ trendsTexts }) => trendsTexts),
  },
  overview: {
    en: () => import('./en/overview.ts').then(({ overviewTexts }) => overviewTexts),
    zh: () => import('./zh/overview.ts').then(({ overviewTexts }) => overviewTexts),
  },
  palette: {
    en: () => import('./en/palette.ts').then(({ paletteTexts }) => paletteTexts),
    zh: () => import('./zh/palette.ts').then(({ paletteTexts }) => paletteTexts),
  },
  people: {
    en: () => import('./en/people.ts').then(({ peopleTexts }) => peopleTexts),
    zh: () => import('./zh/people.ts').then(({ peopleTexts }) => peopleTexts),
  },
  identity: {
    en: () => import('./en/identity.ts').then(({ identityTexts }) => identityTexts),
    zh: () => import('./zh/identity.ts').then(({ identityTexts }) => identityTexts),
  },
  policies: {
    en: () => import('./en/policies.ts').then(({ policyTexts }) => policyTexts),
    zh: () => import('./zh/policies.ts').then(({ policyTexts }) => policyTexts),
  },
  /** Loaded when the server refuses something, or its rules are told before it does. In English its own sentences are shown. */
  refusals: {
    en: async () => ({}),
    zh: () => import('./zh/refusals.ts').then(({ refusalTexts }) => refusalTexts),
  },
  settings: {
    en: () => import('./en/settings.ts').then(({ settingsTexts }) => settingsTexts),
    zh: () => import('./zh/settings.ts').then(({ settingsTexts }) => settingsTexts),
  },
  system: {
    en: () => import('./en/system.ts').then(({ systemTexts }) => systemTexts),
    zh: () => import('./zh/system.ts').then(({ systemTexts }) => systemTexts),
  },
  welcome: {
    en: () => import('./en/welcome.ts').then(({ welcomeTexts }) => welcomeTexts),
    zh: () => import('./zh/welcome.ts').then(({ welcomeTexts }) => welcomeTexts),
  },
} as const;

export type TextPart = keyof typeof PARTS;
type EnglishTexts = Awaited<ReturnType<(typeof PARTS)[TextPart]['en']>>;
/** Keys of every part. */
export type PartKey = EnglishTexts extends infer Texts ? (Texts extends unknown ? keyof Texts : never) : never;
