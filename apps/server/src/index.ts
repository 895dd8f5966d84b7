export { type Config, ConfigError, type ConfigFlags, type LoadedConfig, loadConfig } from './config.ts';
export { serve } from './main.ts';
export { StartError } from './process/start-error.ts';
