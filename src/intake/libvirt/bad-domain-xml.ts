/**
 * Text that is no libvirt domain XML that hopledger will work with: broken, hostile, or without an identity.
 * `line` and `column` are 1-based and point at the offending character; null where no single place is to blame.
 */
export class BadDomainXml extends Error {
  readonly code = 'BAD_DOMAIN_XML';

  constructor(
    readonly reason: string,
    readonly line: number | null = null,
    readonly column: number | null = null,
  ) {
    super(`bad domain XML${line === null ? '' : ` at line ${line}, column ${column ?? 1}`}: ${reason}`);
  }

  override get name(): string {
    return 'BadDomainXml';
  }
}

/** {@link BadDomainXml} at a character offset of `text`. Lines end as XML 1.0 says: LF, CR or CR LF. */
export const badDomainXmlAt = (text: string, offset: number, reason: string): BadDomainXml => {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return new BadDomainXml(reason, before.length, (before.at(-1)?.length ?? 0) + 1);
};
