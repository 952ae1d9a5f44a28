import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { banner, type Running } from './banner';
import { layOutDataFolder } from './data-folder';
import { howToGet } from './debian-package';

describe('what npm start prints when it is up', () => {
  let database: TestDatabase;
  let running: Running;

  beforeAll(async () => {
    database = await createTestDatabase();
    running = {
      baseUrl: 'http://127.0.0.1:8080',
      databaseUrl: database.url,
      isEmbedded: true,
      folder: layOutDataFolder('/data'),
      instances: [{ name: 'instance-1', port: 8081, pid: 4_711 }],
      nginxStatusUrl: 'http://127.0.0.1:8181/nginx_status',
    };
  });
  afterAll(() => database.drop());

  it('says loudly that Nginx is missing, and the one command that gets it', async () => {
    const without = await banner({ ...running, nginxStatusUrl: undefined });
    expect(without).toContain('! NGINX IS MISSING: one instance serves alone, instead of six');
    expect(without).toContain(`!     ${howToGet('nginx')}\n`);
    expect(await banner(running)).not.toContain('MISSING');
  });

  it('tells how to connect to the database, and no password', async () => {
    const { password, port } = new URL(database.url);
    for (const text of [await banner(running), await banner({ ...running, isEmbedded: false })]) {
      expect(text).not.toContain(password);
      expect(text).toContain(port);
    }
    expect(await banner(running)).toContain(
      `PGPASSFILE='/data/postgres/starling.pgpass' psql -h 127.0.0.1 -p ${port} -U starling`,
    );
  });
});
