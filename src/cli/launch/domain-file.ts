import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DEFAULT_MARKUP_LIMITS } from '../../intake/libvirt/markup.js';
import type { DomainLaunch } from '../../intake/libvirt/launch-configuration.js';
import { CliFailure } from '../failure.js';

/**
 * What libvirt's domain XML in `file` (or on standard input, `-`) launches. It is read here: the server gets the
 * launch configuration and none of the paths and names that the XML holds beside it.
 * @throws CliFailure BAD_DOMAIN_XML with the place in the file
 */
export const readDomainFile = async (file: string, stdin: Readable): Promise<DomainLaunch> => {
  const [xml, { parseDomainXml, BadDomainXml }, { launchConfigurationOf }] = await Promise.all([
    file === '-' ? text(stdin) : readFile(file, 'utf8'),
    import('../../intake/libvirt/domain-xml.js'),
    import('../../intake/libvirt/launch-configuration.js'),
  ]);
  try {
    return launchConfigurationOf(parseDomainXml(xml, DEFAULT_MARKUP_LIMITS));
  } catch (error) {
    if (!(error instanceof BadDomainXml)) throw error;
    throw new CliFailure(`${file === '-' ? 'standard input' : file}: ${error.message}`, {
      code: error.code,
      advice: 'give what `virsh dumpxml` prints',
      cause: error,
    });
  }
};
