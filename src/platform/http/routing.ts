import type { RequestHandler, Router } from 'express';
import { Problem } from './problem';

type Method = 'get' | 'post' | 'put' | 'delete';

/** Adds a resource with its methods. Every other method gets a 405 that names the allowed ones. */
export function addResource(
  router: Router,
  path: string,
  methods: Partial<Record<Method, RequestHandler | RequestHandler[]>>,
): void {
  const route = router.route(path);
  for (const [method, handlers] of Object.entries(methods)) route[method as Method](handlers);
  const allowed = Object.keys(methods).flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  const allow = [...allowed, 'OPTIONS'].join(', ');
  route.all(() => {
    throw new Problem('method-not-allowed', {
      detail: `Allowed: ${allow}.`,
      headers: { Allow: allow },
    });
  });
}
