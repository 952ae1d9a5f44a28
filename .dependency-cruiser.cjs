/**
 * Which way the arrows point (docs/architecture.md): main → compose → app → feature → platform.
 * Cruised on the compiled JavaScript, so that type-only imports, which vanish, do not count.
 */
const features = '^dist/src/(?!platform/)([^/]+)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'platform-names-no-business',
      severity: 'error',
      from: { path: '^dist/src/platform/' },
      to: { path: '^dist/src/', pathNot: '^dist/src/platform/' },
    },
    {
      name: 'features-do-not-import-each-other',
      comment: 'Declare the small type you need; compose.ts hands it in.',
      severity: 'error',
      from: { path: features },
      to: { path: features, pathNot: ['^dist/src/$1/'] },
    },
    {
      name: 'features-do-not-reach-up',
      severity: 'error',
      from: { path: features },
      to: { path: '^dist/src/[^/]+\\.js$' },
    },
    {
      name: 'only-main-imports-compose',
      comment: 'And only compose.ts its parts, compose-*.ts.',
      severity: 'error',
      from: { path: '^dist/src/', pathNot: '^dist/src/(main|compose)\\.js$' },
      to: { path: '^dist/src/compose[-a-z]*\\.js$' },
    },
    {
      name: 'routes-never-see-sql',
      severity: 'error',
      from: { path: '-routes\\.js$' },
      to: { path: '(-repository|-writer)\\.js$|^node_modules/pg/' },
    },
    {
      name: 'repositories-never-see-express',
      severity: 'error',
      from: { path: '(-repository|-writer|-service)\\.js$' },
      to: { path: '^node_modules/express/' },
    },
    {
      name: 'service-never-imports-scripts',
      severity: 'error',
      from: { path: '^dist/src/' },
      to: { path: '^dist/scripts/' },
    },
    {
      name: 'shared-templates-never-import-the-widget',
      comment: 'The service renders with storefront/shared, where there is no document.',
      severity: 'error',
      from: { path: '^storefront/shared/' },
      to: { path: '^storefront/widget/' },
    },
    {
      name: 'the-widget-never-imports-the-service',
      severity: 'error',
      from: { path: '^storefront/' },
      to: { path: '^(dist/)?(src|scripts|bench|test)/|^node_modules/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^storefront/(build\\.mjs$|dist/)' },
    // The storefront is bundled, not compiled file by file, so its sources are cruised.
    parser: 'swc',
  },
};
