import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useText } from '../i18n/i18n.ts';
import classes from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title, such as a badge. */
  readonly beside?: ReactNode;
  readonly intro?: ReactNode;
  /** Links to what this page lies in; the page itself is added. */
  readonly crumbs?: readonly ReactNode[];
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page: where one is, its title, what one can do here, and its content. */
export function Page({ title, beside, intro, crumbs = [], actions, children }: PageProps): ReactNode {
  const { t } = useText();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <Stack gap="lg" className={classes['page']}>
      <div>
        {crumbs.length === 0 ? null : (
          <nav aria-label={t('nav.breadcrumb')}>
            <ol className={classes['crumbs']}>
              {crumbs.map((crumb, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the way to a page has no other order
                <li key={index}>{crumb}</li>
              ))}
            </ol>
          </nav>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Group gap="sm" className={classes['title']}>
            <Title order={1} size="h2">
              {title}
            </Title>
            {beside}
          </Group>
          {actions}
        </Group>
        {intro === undefined ? null : (
          <Text c="dimmed" mt={4} maw={760}>
            {intro}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}

/** A framed part of a page, with a heading of its own. */
export function Section({
  title,
  children,
  actions,
}: {
  readonly title?: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <section className={classes['section']}>
      {title === undefined ? null : (
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h4">
            {title}
          </Title>
          {actions}
        </Group>
      )}
      {children}
    </section>
  );
}
