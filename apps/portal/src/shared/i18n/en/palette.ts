/** Of the search that Ctrl+K opens. */
export const paletteTexts = {
  'palette.placeholder': 'A project, a repository, a whole reference or a digest',
  'palette.nothing': 'Nothing has this in its name.',
  'palette.hint': 'Type two letters or more, or paste host/project/app:tag.',
  'palette.projects': 'Projects',
  'palette.repositories': 'Repositories',
  'palette.go': 'Go to',
  'palette.recent': 'Opened before',
  'palette.pages': 'Pages',
  'palette.tags': 'Tags',
  'palette.digests': 'Digests',
} as const;
