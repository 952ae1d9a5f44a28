import { createDraws } from './products';

describe('the products that the benchmark asks for', () => {
  const ids = () => Array.from({ length: 100 }, (_, n) => `${n}`);

  it('come once each before any comes again', () => {
    const draw = createDraws(ids());

    const drawn = [...draw(40), ...draw(40), ...draw(20)];

    expect(new Set(drawn).size).toBe(100);
    expect(new Set(draw(100)).size).toBe(100);
  });

  it('are all of the table, each once, when more are wanted', () => {
    const draw = createDraws(ids());

    expect([...draw(1_000)].sort()).toEqual(ids().sort());
    expect([...draw(1_000)].sort()).toEqual(ids().sort());
  });

  it('are in random order, the same in each run', () => {
    expect(createDraws(ids())(100)).toEqual(createDraws(ids())(100));
    expect(createDraws(ids())(100)).not.toEqual(ids());
  });
});
