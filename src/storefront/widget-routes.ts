import type { Router } from 'express';
import { knownVersion, sendPublic } from '../platform/http/conditional';
import { freshnessOf } from '../platform/http/fresh-reads';
import { createOperationRouter } from '../platform/http/operation-router';
import { widgetOperations } from './widget-contract';
import type { WidgetService } from './widget-service';

export function createWidgetRouter({ readWidget }: Pick<WidgetService, 'readWidget'>): Router {
  return createOperationRouter(widgetOperations, {
    async readWidget({ params, query }, request, response) {
      const known = (fingerprint: string) => knownVersion(request, fingerprint);
      const widget = await readWidget(params.product_id, query, known, freshnessOf(request));
      sendPublic(request, response, widget, 'text/html; charset=utf-8');
    },
  });
}
