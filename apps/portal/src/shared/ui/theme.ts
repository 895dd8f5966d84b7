import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Harbour blue: white on shade 6, shade 6 on white and shade 4 on the dark background pass 4.5:1. */
const harbour: MantineColorsTuple = [
  '#e6f5fb',
  '#d0e7f0',
  '#a2cfe1',
  '#70b5d1',
  '#4aa0c4',
  '#3293bc',
  '#0f6b8f',
  '#0b5d7d',
  '#08506c',
  '#03394e',
];

/** Mantine's greys are neutral; these lean to the harbour's blue, as the surfaces do. */
const dark: MantineColorsTuple = [
  '#d9dfe5',
  '#b8c2cc',
  '#94a1ad',
  '#6b7783',
  '#414c57',
  '#303942',
  '#222932',
  '#171c22',
  '#101418',
  '#0b0e11',
];

/** Of filled buttons that take something away: white letters on Mantine's own red do not pass 4.5:1. */
export const DESTRUCTIVE = 'red.9';

export const theme = createTheme({
  primaryColor: 'harbour',
  // White letters stand on it in both schemes; links in the dark take shade 4 by themselves.
  primaryShade: 6,
  autoContrast: true,
  colors: { harbour, dark },
  // No font is loaded: what the system reads its own windows in, with Chinese faces named so that no serif steps in.
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  // A dialog's header is no banner of the page.
  components: { Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } } },
});
