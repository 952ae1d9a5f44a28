/**
 * How a program of PostgreSQL's is told a database: the password by the environment, since every
 * user of the machine can read arguments.
 */
export function libpqAccess(databaseUrl: string): {
  href: string;
  environment: { PGPASSWORD: string };
} {
  const url = new URL(databaseUrl);
  const environment = { PGPASSWORD: decodeURIComponent(url.password) };
  url.password = '';
  return { href: url.href, environment };
}
