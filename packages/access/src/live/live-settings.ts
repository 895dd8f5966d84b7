import type { Settings, SystemSettings } from '../ports/settings.ts';
import { type LiveOptions, MAX_AGE_MS } from './live-accounts.ts';
import { ShortMemory } from './short-memory.ts';

/** The settings of the system, remembered for at most five seconds: every push asks them. */
export class LiveSettings {
  readonly #memory: ShortMemory<string, SystemSettings>;
  readonly #settings: Pick<Settings, 'system' | 'saveSystem'>;

  constructor(settings: Pick<Settings, 'system' | 'saveSystem'>, options: LiveOptions = {}) {
    this.#settings = settings;
    this.#memory = new ShortMemory({
      maxAgeMs: options.maxAgeMs ?? MAX_AGE_MS,
      maxEntries: 1,
      ...(options.now === undefined ? {} : { now: options.now }),
      lookup: () => settings.system(),
    });
  }

  get(): SystemSettings | Promise<SystemSettings> {
    return this.#memory.get('system');
  }

  async save(settings: Partial<SystemSettings>): Promise<void> {
    await this.#settings.saveSystem(settings);
    this.#memory.forgetAll();
  }
}
