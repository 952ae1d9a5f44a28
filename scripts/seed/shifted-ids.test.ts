import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { shiftIds } from './shifted-ids';

const FILE = '1,2024,"a, 1"\n2,2024,"é"\n999,2024,\n';

describe('ids of a segment’s file', () => {
  it.each([1, 2, 3, 7, 100])(
    'are raised alike however the file is cut (chunks of %d bytes)',
    async (size) => {
      const bytes = Buffer.from(FILE);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const shifted = await text(
        Readable.from(chunks, { objectMode: false }).pipe(shiftIds(1_000)),
      );
      expect(shifted).toBe('1001,2024,"a, 1"\n1002,2024,"é"\n1999,2024,\n');
    },
  );
});
