import type { Command } from 'commander';
import { serveCommand } from './serve.ts';

/** Every verb of `berth`; a new one is a file beside these and a line here. */
export const VERBS: readonly (() => Command)[] = [serveCommand];
