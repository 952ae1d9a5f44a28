import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/platform/package-root';

interface ComposeService {
  image: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  ports?: string[];
  privileged?: boolean;
}

const text = readFileSync(path.join(packageRoot, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
/** What root still may in a container that begins as root and becomes another user. */
const NEEDED: Record<string, string[]> = {
  postgres: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
  nginx: ['CHOWN', 'KILL', 'SETGID', 'SETUID'],
};

describe.each(Object.entries(services))('the container %s', (name, service) => {
  it('drops all capabilities but those that it needs, and can gain no privilege', () => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(NEEDED[name] ?? []);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.privileged).toBeUndefined();
  });

  it('writes nothing outside volumes and memory', () => {
    expect(service.read_only).toBe(true);
  });

  it('is published on loopback only, unless STARLING_BIND says otherwise', () => {
    for (const port of service.ports ?? [])
      expect(port).toMatch(/^\$\{STARLING_BIND:-127\.0\.0\.1\}:/);
  });

  it('has an image with at least a minor version', () => {
    expect(service.image).toMatch(
      /^(starling:local|[a-z0-9/]+:\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?)$/,
    );
  });
});
