import type { ReportContext } from './report-context.js';

/**
 * What to tell a reporter about its clock. The report is taken all the same: truth is not refused for a wrong clock.
 * Without `sentAt` only a time in the future gives a clock away; a past one may just be late.
 */
export const clockWarnings = (
  context: ReportContext,
  at: string | null,
  limitMs: number,
): readonly string[] => {
  const claimed = at === null ? null : Date.parse(at);
  const skew =
    context.sentAt !== null
      ? context.sentAt - context.receivedAt
      : claimed !== null && claimed > context.receivedAt
        ? claimed - context.receivedAt
        : 0;
  if (Math.abs(skew) <= limitMs) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  const kept =
    context.sentAt === null
      ? 'no sentAt: the time is taken as it is'
      : 'the skew is kept with the event, and times are corrected by it';
  return [`CLOCK_SKEW: the reporter's clock is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}; ${kept}`];
};
