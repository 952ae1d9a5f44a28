/**
 * How to give psql or pgbench a database. The password goes into the environment, because every
 * user of the machine can read a program's arguments.
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
