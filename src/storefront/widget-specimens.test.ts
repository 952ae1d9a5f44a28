import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../platform/package-root';
import { createWidgetForms, renderWidget } from './widget-rendering';
import { SPECIMEN_PRODUCT, SPECIMEN_QUERY, SPECIMENS } from './widget-specimens';

const templates = path.join(packageRoot, 'storefront', 'shared');
/** Only the answer to an author shows a review that waits. */
const IN_THE_BROWSER = ['starling-pending'];

it('the specimens use every class of the templates, so a change of any template changes the ETag', () => {
  const form = createWidgetForms({ moderation: 'auto' }).of('en', ['Fit']);
  const rendered = SPECIMENS.map((specimen) =>
    renderWidget(form, SPECIMEN_PRODUCT, SPECIMEN_QUERY, specimen),
  ).join('');
  const classes = readdirSync(templates)
    .filter((file) => file.endsWith('.ts'))
    .flatMap(
      (file) => readFileSync(path.join(templates, file), 'utf8').match(/starling-[a-z-]+/g) ?? [],
    );

  const missing = [...new Set(classes)].filter((name) => !rendered.includes(name));

  expect(classes.length).toBeGreaterThan(20);
  expect(missing).toEqual(IN_THE_BROWSER);
});
