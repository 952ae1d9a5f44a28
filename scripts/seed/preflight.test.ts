import { refuseFullDisk } from './preflight';

describe('the check of free space', () => {
  const csv = { what: 'the CSV files', folder: '/csv', bytes: 6e9 };
  const tables = { what: 'the tables', folder: '/data', bytes: 8e9 };

  it('refuses a folder with too little space and says what to do', () => {
    expect(() => refuseFullDisk([csv], () => ({ device: 1, free: 5e9 }))).toThrow(
      'the CSV files in /csv need about 6.0 GB, but only 5.0 GB are free; make room or generate fewer --reviews',
    );
  });

  it('adds up the needs on the same disk', () => {
    const free = { device: 1, free: 10e9 };
    expect(() => refuseFullDisk([csv, tables], () => free)).toThrow('14.0 GB');
    expect(() =>
      refuseFullDisk([csv, tables], (folder) => ({
        device: folder === '/csv' ? 1 : 2,
        free: 10e9,
      })),
    ).not.toThrow();
  });

  it('looks at the nearest folder that exists', () => {
    expect(() => refuseFullDisk([{ ...csv, folder: '/no/such/folder', bytes: 1 }])).not.toThrow();
  });
});
