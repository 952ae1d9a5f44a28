/**
 * The allowed directions of imports (docs/architecture.md): main → compose → app → feature →
 * platform. The rules check the compiled JavaScript, where type-only imports are gone and so do not
 * count.
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
      comment: 'Declare the small type that you need; compose.ts passes the implementation in.',
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
      comment: 'Only compose.ts imports its parts, compose-*.ts.',
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
  ],
  options: { doNotFollow: { path: 'node_modules' } },
};
