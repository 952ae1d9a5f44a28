import { parseProgram } from '../command/program';
import { createClientProgram } from './client-program';

async function parse(args: string[]): Promise<unknown[]> {
  const calls: unknown[] = [];
  const record =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push(name, ...given);
    };
  const program = createClientProgram({
    create: record('create'),
    list: record('list'),
    rotate: record('rotate'),
    revoke: record('revoke'),
  });
  await parseProgram(program, args);
  return calls;
}

describe('the arguments of npm run client', () => {
  it.each([
    [['list'], ['list', false]],
    [
      ['list', '--json'],
      ['list', true],
    ],
    [
      ['create', 'erp', '--scopes', 'write,read,write'],
      ['create', 'erp', ['write', 'read']],
    ],
    [
      ['rotate', 'erp'],
      ['rotate', 'erp'],
    ],
    [
      ['revoke', 'erp'],
      ['revoke', 'erp', undefined],
    ],
    [
      ['revoke', 'erp', '--key', '0123456789abcdef'],
      ['revoke', 'erp', '0123456789abcdef'],
    ],
  ])('understands %j', async (args, call) => expect(await parse(args)).toEqual(call));

  it.each([
    [[], 'missing command: create, list, rotate, revoke (npm run client -- --help)'],
    [['make', 'erp'], "unknown command 'make'"],
    [['crate', 'erp'], "unknown command 'crate'. Did you mean create?"],
    [['create', '--scopes', 'read'], "missing required argument 'name'"],
    [
      ['create', 'ERP', '--scopes', 'read'],
      "value 'ERP' is invalid for argument 'name'. Expected 1 to 64 of",
    ],
    [['create', 'erp'], "required option '--scopes <scopes>' not specified"],
    [
      ['create', 'erp', '--scopes', 'root'],
      "argument 'root' is invalid. Expected one or more of read, write, moderate, admin",
    ],
    [['create', 'erp', '--scopes', 'read,', 'write'], 'separated by commas without spaces'],
    [['rotate', 'erp', '--scopes', 'read'], "unknown option '--scopes'"],
    [['revoke', 'erp', '--key', 'starling_0123'], 'Expected the id of a key, as list shows it'],
    [['list', 'erp'], "too many arguments for 'list'"],
    [['list', '--all'], "unknown option '--all'"],
  ])('refuses %j', (args, message) => expect(parse(args)).rejects.toThrow(message));
});
