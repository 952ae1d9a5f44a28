import { parseClientArguments } from './client-arguments';

describe('the arguments of npm run client', () => {
  it.each([
    [[], { kind: 'help' }],
    [['create', '--help'], { kind: 'help' }],
    [['list'], { kind: 'list', asJson: false }],
    [
      ['create', 'erp', '--scopes', 'write,read,write'],
      { kind: 'create', clientId: 'erp', scopes: ['write', 'read'] },
    ],
    [['rotate', 'erp'], { kind: 'rotate', clientId: 'erp' }],
    [['revoke', 'erp'], { kind: 'revoke', clientId: 'erp', keyId: null }],
    [
      ['revoke', 'erp', '--key', '0123456789abcdef'],
      { kind: 'revoke', clientId: 'erp', keyId: '0123456789abcdef' },
    ],
  ])('understands %j', (args, command) => expect(parseClientArguments(args)).toEqual(command));

  it.each([
    [['make', 'erp'], "there is no command 'make': create, list, rotate or revoke"],
    [['create'], "create needs the client's name"],
    [['create', 'ERP', '--scopes', 'read'], 'a name is 1–64'],
    [['create', 'erp'], 'create needs --scopes: one or more of read,write,moderate,admin'],
    [['create', 'erp', '--scopes', 'root'], "there is no scope 'root'"],
    [['create', 'erp', '--scopes', 'read,', 'write'], 'separated by commas'],
    [['rotate', 'erp', '--scopes', 'read'], '--scopes does not go with rotate'],
    [['revoke', 'erp', '--key', 'starling_0123'], '--key is the id of a key'],
    [['list', 'erp'], 'list takes no name'],
    [['list', '--all'], "Unknown option '--all'"],
  ])('refuses %j', (args, message) => expect(() => parseClientArguments(args)).toThrow(message));
});
