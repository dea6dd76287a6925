/**
 * One QEMU binary, as it names itself.
 * `version` is the upstream version (`10.0.13`); `package` the downstream hint of `query-version`
 * (`Debian 1:10.0.13+ds-0+deb13u1`), null when the binary is unpatched or says nothing.
 */
export interface Build {
  readonly version: string;
  readonly package: string | null;
}

/** `10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)`: for people, and as the key of a build. */
export const buildLabel = (build: Build): string =>
  build.package === null ? build.version : `${build.version} (${build.package})`;

/** What names a build, apart from what else is known of it. */
export const plainBuild = ({ version, package: packaged }: Build): Build => ({ version, package: packaged });

export const sameBuild = (a: Build, b: Build): boolean => a.version === b.version && a.package === b.package;
