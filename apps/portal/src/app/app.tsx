import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Notices } from '../shared/ui/notices.tsx';
import { styleNonce } from '../shared/ui/nonce.ts';
import { theme } from '../shared/ui/theme.ts';
import { Tips } from '../shared/ui/tips.tsx';
import { createQueryClient } from './query-client.ts';
import { createPortalRouter } from './router.tsx';

const queryClient = createQueryClient(() => void router.invalidate());
const router = createPortalRouter(queryClient);

export function App(): ReactNode {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce} deduplicateInlineStyles>
        <RouterProvider router={router} />
        <Notices />
        <Tips />
      </MantineProvider>
    </QueryClientProvider>
  );
}
