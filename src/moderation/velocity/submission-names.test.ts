import { createSubmissionNames } from './submission-names';

const namesOf = createSubmissionNames(Buffer.from('a secret of the tests'));
const ORIGIN = { host: 0x0123, network: 0x4567 };

function author(email: string, origin: typeof ORIGIN | null = ORIGIN): number {
  return namesOf({ productId: '1', title: '', body: 'Good', email, origin }).author;
}

describe('the names of a submission', () => {
  it.each([
    ['a+one@example.com', 'a+two@example.com'],
    ['a+one+two@example.com', 'a@example.com'],
    ['a.d.a@example.com', 'ada@example.com'],
    ['ada@googlemail.com', 'a.da+x@gmail.com'],
  ])('take %s and %s for one author', (one, other) => expect(author(one)).toBe(author(other)));

  it.each([
    ['ada@example.com', 'bea@example.com'],
    ['ada@example.com', 'ada@example.org'],
    ['+a@example.com', '+b@example.com'],
  ])('tell %s and %s apart', (one, other) => expect(author(one)).not.toBe(author(other)));

  it("tell the store's own authors from those that nobody vouches for", () =>
    expect(author('ada@example.com', null)).not.toBe(author('ada@example.com')));

  it('have one review for an e-mail and a product, and another for another of either', () => {
    const review = (email: string, productId: string) =>
      namesOf({ productId, title: '', body: 'Good', email, origin: null }).review;
    expect(review('ada@example.com', '1')).toBe(review('ada@example.com', '1'));
    expect(review('ada@example.com', '1')).not.toBe(review('ada@example.com', '2'));
    expect(review('ada+x@example.com', '1')).not.toBe(review('ada@example.com', '1'));
  });

  it("have no host and network when the request is the store's own", () => {
    const { host, network } = namesOf({
      productId: '1',
      title: '',
      body: 'Good',
      email: 'ada@example.com',
      origin: null,
    });
    expect({ host, network }).toEqual({ host: 0, network: 0 });
  });

  it('compare a long title over a short body, and not the short body alone', () => {
    const title =
      'Visit our shop for the best deals on shoes, jackets, watches and everything else you may want';
    const { text } = namesOf({
      productId: '1',
      title,
      body: 'Yes',
      email: 'ada@example.com',
      origin: null,
    });
    expect(text).not.toBeNull();
    expect(
      namesOf({
        productId: '1',
        title: 'Nice',
        body: 'Yes',
        email: 'ada@example.com',
        origin: null,
      }).text,
    ).toBeNull();
  });
});
