import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import { TextLink } from '../ui/links.tsx';

/** The way to what lies in a project, or with `repository` in that repository, for the head of its page. */
export function useCrumbs({ project, repository }: { readonly project: string; readonly repository?: string }): readonly ReactNode[] {
  const { t } = useText();
  return [
    <TextLink key="projects" to="/projects">
      {t('projects.title')}
    </TextLink>,
    <TextLink key="project" to="/projects/$project" params={{ project }}>
      {project}
    </TextLink>,
    ...(repository === undefined
      ? []
      : [
          <TextLink key="repository" to="/projects/$project/repositories/$repository" params={{ project, repository }}>
            {repository}
          </TextLink>,
        ]),
  ];
}
