import { DatabaseError } from 'pg';
import { createLogger } from './logger';

it('logs the code and constraint of a database error, and never the values of a row', () => {
  const lines: string[] = [];
  const logger = createLogger('info', 'test', { write: (line) => void lines.push(line) });
  const error = Object.assign(new DatabaseError('new row violates a constraint', 0, 'error'), {
    code: '23514',
    detail: 'Failing row contains (1, ada@example.com, I live at …)',
    where: 'COPY reviews, line 1: "ada@example.com"',
    constraint: 'reviews_rating_check',
  });
  logger.error({ err: error }, 'could not');
  logger.error({ err: new Error('outer', { cause: error }) }, 'could not');

  expect(lines.join('')).not.toContain('ada@example.com');
  expect(JSON.parse(lines[0]!).err).toMatchObject({
    message: 'new row violates a constraint',
    code: '23514',
    constraint: 'reviews_rating_check',
    stack: expect.stringContaining('logger.test'),
  });
});
