const swc = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, sourceMaps: 'inline' },
];

/**
 * Every test uses a real PostgreSQL: `global-setup` starts one server, and each test file clones a
 * template database.
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/scripts', '<rootDir>/bench'],
  testMatch: ['**/*.test.ts'],
  // These packages are ES modules only, which Jest cannot load untransformed.
  transform: { '\\.ts$': swc, '/node_modules/.*\\.js$': swc },
  transformIgnorePatterns: ['/node_modules/(?!github-slugger/|parse5/|entities/)'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Detects a test that hangs, not a slow machine: a busy machine takes ten times as long as a
  // quiet one.
  testTimeout: 180_000,
  maxWorkers: 2,
};
