/**
 * Real PostgreSQL for every test: `global-setup` starts one server, each file clones a template
 * database.
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/scripts', '<rootDir>/bench'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Says that a test hangs, not that a machine is slow: one that is busy with other things needs
  // ten times as long as a quiet one.
  testTimeout: 180_000,
  maxWorkers: 2,
};
