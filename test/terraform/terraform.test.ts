import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { describeWith } from '../support/programs';
import { INVALID, UNSAFE } from './planted-errors';
import { installedTerraform, TerraformCheckout } from './terraform-checkout';

/** A `terraform test` takes some seconds of processor time, and longer on a busy machine. */
const TEST_TIMEOUT_MS = 180_000;

describeWith('terraform', 'terraform/', () => {
  let checkout: TerraformCheckout;

  beforeAll(() => {
    checkout = new TerraformCheckout(installedTerraform()!);
    for (const module of ['.', 'new-relic']) {
      const { code, output } = checkout.run(['init', '-backend=false', '-input=false'], module);
      if (code !== 0) throw new Error(output);
    }
  }, TEST_TIMEOUT_MS);
  afterAll(() => checkout.remove());

  test('is formatted, and fmt names a badly formatted file', () => {
    expect(checkout.run(['fmt', '-check', '-recursive'])).toEqual({ code: 0, output: '' });

    checkout.plant({
      file: 'logs.tf',
      before: 'retention_in_days = var',
      after: 'retention_in_days   = var',
    });
    expect(checkout.run(['fmt', '-check', '-recursive'])).toEqual({ code: 3, output: 'logs.tf\n' });
    checkout.restore('logs.tf');
  });

  test.each(['.', 'new-relic'])(
    'is valid against the schemas of its providers: %s',
    (module) => {
      expect(checkout.run(['validate'], module)).toEqual({
        code: 0,
        output: expect.stringContaining('The configuration is valid'),
      });
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'validate refuses unknown arguments, blocks, types and references, and missing or wrong arguments',
    () => {
      for (const error of INVALID) checkout.plant(error);
      const { code, output } = checkout.run(['validate']);
      for (const { file } of INVALID) checkout.restore(file);

      expect(code).toBe(1);
      for (const { file, refusal } of INVALID) {
        expect(unwrapped(output)).toMatch(refusal);
        expect(output).toContain(`on ${file} line`);
      }
    },
    TEST_TIMEOUT_MS,
  );

  test.each(['.', 'new-relic'])(
    'passes its own tests with mocked providers: %s',
    (module) => {
      const { code, output } = checkout.run(['test'], module);
      expect(output).toMatch(/Success! \d+ passed, 0 failed\./);
      expect(code).toBe(0);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'its own tests refuse an open network, an unencrypted disk, IMDSv1, a wide role and a harmful rollout',
    () => {
      for (const error of UNSAFE) checkout.plant(error);
      const { code, output } = checkout.run(['test', '-filter=tests/deployment.tftest.hcl']);
      for (const { file } of UNSAFE) checkout.restore(file);

      expect(code).toBe(1);
      for (const { refusal } of UNSAFE) expect(unwrapped(output)).toMatch(refusal);
    },
    TEST_TIMEOUT_MS,
  );
});

test('terraform/database-classes.json equals the settings of postgres/settings.sh', () => {
  const written = readFileSync(path.join(packageRoot, 'terraform/database-classes.json'), 'utf8');
  const script = path.join(packageRoot, 'test/terraform/database-classes.mts');
  expect(written).toBe(execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' }));
});

/** Terraform breaks its lines at 78 characters. */
function unwrapped(output: string): string {
  return output.replace(/\n(?=\S)/g, ' ');
}
