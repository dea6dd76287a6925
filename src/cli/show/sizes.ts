const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `812 B`, `4.0 MiB`. */
export const bytes = (amount: number): string => {
  let value = amount;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
};

/** `1,204/s`; empty while too little time has gone by to tell. */
export const rate = (amount: number, elapsedMs: number): string =>
  elapsedMs < 100 ? '' : `${Math.round((amount * 1000) / elapsedMs).toLocaleString('en')}/s`;
