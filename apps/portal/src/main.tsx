import './shared/ui/styles.ts';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { App } from './app/app.tsx';
import { startI18n } from './shared/i18n/i18n.ts';
import { adoptNonce } from './shared/ui/nonce.ts';

// The content security policy forbids eval, which zod would try in order to be faster.
config({ jitless: true });
adoptNonce();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root element.');
await startI18n();
createRoot(root).render(<App />);
