import { createHalfSipHash } from './half-siphash';

/**
 * Results of the reference code (halfsiphash.c of https://github.com/veorq/SipHash, built with
 * cROUNDS=1 and dROUNDS=3) for the key 00 01 … 07 and the inputs of its own test vectors: 0, 4, 8,
 * … bytes 00 01 02 …. The same build with 2 and 4 rounds gives the vectors_hsip64 that it
 * publishes.
 */
const RESULTS = [
  '76a5d0212320f72a',
  'eb24dba0718cae05',
  '3dcda8311dec7a5f',
  '5577cc5cb3e73f93',
  '56d7c5b93d3e2ec2',
  '525e23294d7408e4',
  '858192abe6c25324',
  'b1bcbf18c2f4636a',
  '166eee0fc184b8f1',
  'ec905553a43d1ea4',
  '528567d59dd5ea12',
  '690ab33f13714489',
  'fc513a57f23c3903',
  '85f276512bd30d97',
  'd7dd10b7ecfd873a',
  '49ab1bc394c274f4',
];

it.each(RESULTS.map((expected, words) => ({ words, expected })))(
  'HalfSipHash-1-3 of $words words equals the result of the reference code',
  ({ words, expected }) => {
    const input = new Int32Array(Uint8Array.from({ length: 64 }, (_, index) => index).buffer);
    const { hash, result } = createHalfSipHash(Buffer.from('0001020304050607', 'hex'));
    hash(input, words, (words * 4) << 24);
    expect(Buffer.from(result.buffer).toString('hex')).toBe(expected);
  },
);
