import { createExchangeMembers } from './exchange-members';
import type { PeerReport } from './spending-report';

function heard(...members: [member: string, ageMs: number][]): PeerReport[] {
  return members.map(([member, ageMs]) => ({ member, ageMs, report: { at: 0, entries: [] } }));
}

describe('who else there is', () => {
  it('is reckoned with until the first exchange, then counted', () => {
    const members = createExchangeMembers(6);
    expect(members.count).toBe(6);
    members.hear(heard(['b', 100]), 1_000);
    expect(members.count).toBe(2);
    expect(members.allHeard).toBe(true);
  });

  it('stays counted when the store has lost its report, until that is two seconds old', () => {
    const members = createExchangeMembers(1);
    for (let now = 0; now <= 3_000; now += 250) members.hear(heard(['b', 100], ['c', 200]), now);
    members.hear(heard(['b', 100]), 3_250);
    expect(members.count).toBe(3);
    expect(members.allHeard).toBe(false);
    expect(members.ages.get('c')).toBe(450);
    for (let now = 3_500; now <= 5_000; now += 250) members.hear(heard(['b', 100]), now);
    expect(members.count).toBe(2);
    expect(members.allHeard).toBe(true);
  });

  it('has a second and a half to report after a silence of all', () => {
    const members = createExchangeMembers(1);
    for (let now = 0; now <= 3_000; now += 250) members.hear(heard(['b', 100]), now);
    for (let now = 9_000; now <= 10_250; now += 250) {
      members.hear([], now);
      expect(members.count).toBe(2);
    }
    members.hear([], 10_500);
    expect(members.count).toBe(1);
  });
});
