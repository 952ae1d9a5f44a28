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
/** The capabilities of root in a container that starts as root and changes to another user. */
const NEEDED: Record<string, string[]> = {
  postgres: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
  nginx: ['CHOWN', 'KILL', 'SETGID', 'SETUID'],
};

describe.each(Object.entries(services))('the container %s', (name, service) => {
  it('has only the capabilities that it needs, and cannot gain privileges', () => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(NEEDED[name] ?? []);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.privileged).toBeUndefined();
  });

  it('cannot write outside volumes and memory', () => {
    expect(service.read_only).toBe(true);
  });

  it('publishes ports on loopback only, unless STARLING_BIND names another address', () => {
    for (const port of service.ports ?? [])
      expect(port).toMatch(/^\$\{STARLING_BIND:-127\.0\.0\.1\}:/);
  });

  it('pins its image to at least a minor version', () => {
    expect(service.image).toMatch(
      /^(starling:local|[a-z0-9/]+:\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?)$/,
    );
  });
});
