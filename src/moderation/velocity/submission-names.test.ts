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
  ])('treat %s and %s as one author', (one, other) => expect(author(one)).toBe(author(other)));

  it.each([
    ['ada@example.com', 'bea@example.com'],
    ['ada@example.com', 'ada@example.org'],
    ['+a@example.com', '+b@example.com'],
  ])('treat %s and %s as two authors', (one, other) => expect(author(one)).not.toBe(author(other)));

  it('differ for an author whom the store vouches for and one whom nobody vouches for', () =>
    expect(author('ada@example.com', null)).not.toBe(author('ada@example.com')));

  it('have the same review name for the same e-mail and product, and another if either differs', () => {
    const review = (email: string, productId: string) =>
      namesOf({ productId, title: '', body: 'Good', email, origin: null }).review;
    expect(review('ada@example.com', '1')).toBe(review('ada@example.com', '1'));
    expect(review('ada@example.com', '1')).not.toBe(review('ada@example.com', '2'));
    expect(review('ada+x@example.com', '1')).not.toBe(review('ada@example.com', '1'));
  });

  it("have no host and no network if the request came from the store's own server", () => {
    const { host, network } = namesOf({
      productId: '1',
      title: '',
      body: 'Good',
      email: 'ada@example.com',
      origin: null,
    });
    expect({ host, network }).toEqual({ host: 0, network: 0 });
  });

  it('compare title and body together if the body alone is too short', () => {
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
