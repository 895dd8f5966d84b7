import { lazyRouteComponent } from '@tanstack/react-router';
import { loadTexts } from '../shared/i18n/i18n.ts';
import type { TextPart } from '../shared/i18n/parts.ts';

/** A page that is loaded when it is opened, with the parts of the texts that it uses beyond the first ones. */
export function pageComponent<Module extends Record<string, unknown>, Name extends keyof Module>(
  parts: readonly TextPart[],
  load: () => Promise<Module>,
  name: Name,
): ReturnType<typeof lazyRouteComponent<Module, Name>> {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), loadTexts(parts)]);
    return module;
  }, name);
}
