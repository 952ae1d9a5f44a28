import { createExchangeMembers } from './exchange-members';
import type { PeerReport } from './spending-report';

function reportsOf(...members: [member: string, ageMs: number][]): PeerReport[] {
  return members.map(([member, ageMs]) => ({ member, ageMs, report: { at: 0, entries: [] } }));
}

describe('the count of instances', () => {
  it('is the assumed number until the first exchange, then what has reported', () => {
    const members = createExchangeMembers(6);
    expect(members.count).toBe(6);
    members.update(reportsOf(['b', 100]), 1_000);
    expect(members.count).toBe(2);
    expect(members.allReported).toBe(true);
  });

  it('includes an instance whose report the store has lost, until that report is two seconds old', () => {
    const members = createExchangeMembers(1);
    for (let now = 0; now <= 3_000; now += 250)
      members.update(reportsOf(['b', 100], ['c', 200]), now);
    members.update(reportsOf(['b', 100]), 3_250);
    expect(members.count).toBe(3);
    expect(members.allReported).toBe(false);
    expect(members.ages.get('c')).toBe(450);
    for (let now = 3_500; now <= 5_000; now += 250) members.update(reportsOf(['b', 100]), now);
    expect(members.count).toBe(2);
    expect(members.allReported).toBe(true);
  });

  it('drops nobody for a second and a half after an outage of the store', () => {
    const members = createExchangeMembers(1);
    for (let now = 0; now <= 3_000; now += 250) members.update(reportsOf(['b', 100]), now);
    for (let now = 9_000; now <= 10_250; now += 250) {
      members.update([], now);
      expect(members.count).toBe(2);
    }
    members.update([], 10_500);
    expect(members.count).toBe(1);
  });
});
