/**
 * Which way imports point (docs/architecture.md): main → compose → app → feature → platform.
 * Checked on the sources, so imports of types count too. `export type … from` does not; there is
 * none, since no module passes on the exports of another. Tests may import anything.
 */
const features = '^src/(?!platform/)([^/]+)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'platform-names-no-business',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/platform/' },
    },
    {
      name: 'features-do-not-import-each-other',
      comment:
        'Except reviews and summaries, which everything is about: import their types, pure ' +
        'functions and statements. For any other feature, declare the small type you need; ' +
        'compose.ts passes in the implementation.',
      severity: 'error',
      from: { path: features, pathNot: '^src/(reviews|summaries)/' },
      to: { path: features, pathNot: ['^src/$1/', '^src/(reviews|summaries)/'] },
    },
    {
      name: 'reviews-import-no-feature-but-summaries',
      comment: 'The statement that inserts reviews also counts them.',
      severity: 'error',
      from: { path: '^src/reviews/' },
      to: { path: features, pathNot: '^src/(reviews|summaries)/' },
    },
    {
      name: 'summaries-import-no-feature',
      severity: 'error',
      from: { path: '^src/summaries/' },
      to: { path: features, pathNot: '^src/summaries/' },
    },
    {
      name: 'features-do-not-reach-up',
      severity: 'error',
      from: { path: features },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'only-main-imports-compose',
      comment: 'And only compose.ts its parts, compose-*.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|compose)\\.ts$' },
      to: { path: '^src/compose[-a-z]*\\.ts$' },
    },
    {
      name: 'routes-never-see-sql',
      severity: 'error',
      from: { path: '-routes\\.ts$' },
      to: { path: '(-repository|-writer)\\.ts$|^node_modules/pg/' },
    },
    {
      name: 'repositories-never-see-express',
      severity: 'error',
      from: { path: '(-repository|-writer|-service)\\.ts$' },
      to: { path: '^node_modules/express/' },
    },
    {
      name: 'service-never-imports-scripts',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'only-the-storefront-feature-renders',
      comment: 'It renders with storefront/shared; the widget and the demo shop are for browsers.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storefront/' },
      to: { path: '^storefront/' },
    },
    {
      name: 'the-service-never-imports-the-widget',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^storefront/', pathNot: '^storefront/shared/' },
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
      to: { path: '^(src|scripts|bench|test)/|^node_modules/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['\\.test\\.ts$', '^storefront/(build\\.mjs$|dist/|examples/)'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
