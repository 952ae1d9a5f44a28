const swc = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, sourceMaps: 'inline' },
];

/**
 * Real PostgreSQL for every test: `global-setup` starts one server, each file clones a template
 * database.
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/scripts', '<rootDir>/bench'],
  testMatch: ['**/*.test.ts'],
  // github-slugger exists only as an ES module, which Jest cannot load untransformed.
  transform: { '\\.ts$': swc, '/github-slugger/.*\\.js$': swc },
  transformIgnorePatterns: ['/node_modules/(?!github-slugger/)'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Says that a test hangs, not that a machine is slow: one that is busy with other things needs
  // ten times as long as a quiet one.
  testTimeout: 180_000,
  maxWorkers: 2,
};
