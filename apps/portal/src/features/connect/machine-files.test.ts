import { describe, expect, it } from 'vitest';
import { machineSetup } from './machine-files.ts';

describe('what docker needs for plain HTTP', () => {
  it.each(['127.0.0.1:8080', 'localhost:8080', 'localhost', '[::1]:8080'])('is nothing for its own machine, %s', (host) => {
    expect(machineSetup('docker', { host, isPlain: true })).toEqual({ files: [], commands: [] });
  });

  it.each(['192.0.2.7:8080', 'registry.example.com', '127.example.com:8080', 'localhost.example.com'])(
    'is an insecure registry and a restart for %s',
    (host) => {
      const { files, commands } = machineSetup('docker', { host, isPlain: true });
      expect(files.map(({ text }) => JSON.parse(text) as unknown)).toEqual([{ 'insecure-registries': [host] }]);
      expect(commands).toHaveLength(1);
    },
  );

  it('is a file where podman is concerned, which takes plain HTTP from nowhere by itself', () => {
    expect(machineSetup('podman', { host: '127.0.0.1:8080', isPlain: true }).files).toHaveLength(1);
  });
});
