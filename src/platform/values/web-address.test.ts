import { canonicalWebAddress, splitWebAddresses } from './web-address';

describe('a web address', () => {
  it('has one spelling', () => {
    expect(canonicalWebAddress(' HTTPS://CDN.example.com:443/a b.jpg ')).toBe(
      'https://cdn.example.com/a%20b.jpg',
    );
    expect(canonicalWebAddress('https://münchen.example/ü')).toBe(
      'https://xn--mnchen-3ya.example/%C3%BC',
    );
    for (const text of ['', 'test url', 'www.example.com/a.jpg', '//example.com/a', 'https://'])
      expect(canonicalWebAddress(text)).toBeUndefined();
  });

  it.each([
    ['https://i.example.com/w_400,h_400/x.jpg', ['https://i.example.com/w_400,h_400/x.jpg']],
    [
      'https://i.example.com/w_4,h_4/1.jpg,https://i.example.com/w_4,h_4/2.jpg',
      ['https://i.example.com/w_4,h_4/1.jpg', 'https://i.example.com/w_4,h_4/2.jpg'],
    ],
    ['https://a.example/1, https://a.example/2', ['https://a.example/1', 'https://a.example/2']],
    [
      'https://a.example/1;a=b|c;https://a.example/2',
      ['https://a.example/1;a=b|c', 'https://a.example/2'],
    ],
    ['https://a.example/1|HTTPS://a.example/2', ['https://a.example/1', 'HTTPS://a.example/2']],
    [
      'https://a.example/1\r\nhttps://a.example/2\n',
      ['https://a.example/1', 'https://a.example/2'],
    ],
    [
      'https://a.example/fetch/https://b.example/x',
      ['https://a.example/fetch/https://b.example/x'],
    ],
    ['https://a.example/1, b.jpg ,', ['https://a.example/1', 'b.jpg']],
    [' ,; ', []],
    ['', []],
  ])('is found whole in the list %j', (text, addresses) => {
    expect(splitWebAddresses(text)).toEqual(addresses);
  });
});
