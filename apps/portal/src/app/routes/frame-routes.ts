import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { currentUserQuery } from '../../shared/session/session.ts';
import { LostPage } from '../edges.tsx';
import { pageComponent } from '../page-component.ts';
import { Shell } from '../shell/shell.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

export const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: LostPage });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; ended?: boolean } => ({
    ...(typeof search['to'] === 'string' ? { to: search['to'] } : {}),
    ...(search['ended'] === true ? { ended: true } : {}),
  }),
  component: pageComponent([], () => import('../../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

/** After a first sign-in nothing else is shown before the generated password is gone. */
export const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: (search: Record<string, unknown>): { step?: 2 | 3 } => (search['step'] === 3 ? { step: 3 } : {}),
  beforeLoad: async ({ context }) => {
    if ((await context.queryClient.ensureQueryData(currentUserQuery)) === null) redirect({ to: '/sign-in', search: {}, throw: true });
  },
  component: pageComponent(['welcome'], () => import('../../features/welcome/welcome-page.tsx'), 'WelcomePage'),
});

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const user = await context.queryClient.ensureQueryData(currentUserQuery);
    if (user?.password_generated === true) redirect({ to: '/welcome', search: {}, throw: true });
    if (user !== null) return;
    redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href }, throw: true });
  },
  component: Shell,
});
