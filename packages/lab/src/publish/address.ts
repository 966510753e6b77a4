import { posix } from 'node:path';

/** Address of the project, from the `repository.url` of the root manifest. */
export interface Address {
  /** For browsers: `https://github.com/owner/name`. */
  readonly web: string;
  /** For npm: `git+https://github.com/owner/name.git`. */
  readonly git: string;
}

/** The address in a `repository.url`; undefined while it is empty. @throws Error if it is no address of a repository */
export function addressIn(url: unknown): Address | undefined {
  if (url === undefined || url === '') return undefined;
  const [, web] = /^(?:git\+)?(https:\/\/[^/\s]+\/[^\s?#]+?)(?:\.git)?\/?$/.exec(String(url)) ?? [];
  if (web === undefined) {
    throw new Error(`repository.url must be the https address of a repository, got ${JSON.stringify(url)}`);
  }
  return { web, git: `git+${web}.git` };
}

/**
 * The manifest of a package with the fields that name the address. @param directory - from the root: `packages/core`
 */
export function manifestWith<T extends object>(manifest: T, directory: string, { web, git }: Address): T & Addressed {
  return {
    ...manifest,
    repository: { type: 'git', url: git, directory },
    homepage: `${web}/tree/main/${directory}#readme`,
    bugs: { url: `${web}/issues` },
  };
}

export interface Addressed {
  readonly repository: { readonly type: 'git'; readonly url: string; readonly directory: string };
  readonly homepage: string;
  readonly bugs: { readonly url: string };
}

/** Returns a README whose links lead to the repository also from the page of a registry. Links within the page stay. */
export function readmeWith(text: string, directory: string, { web }: Address): string {
  return replaceLinks(text, (target) => {
    const [path = '', anchor] = target.split('#');
    const hash = anchor === undefined ? '' : `#${anchor}`;
    return `${web}/blob/main/${posix.normalize(posix.join(directory, path))}${hash}`;
  });
}

/** The targets of a README's relative links, without their anchors and relative to the root. */
export function relativeLinks(text: string, directory: string): string[] {
  const found: string[] = [];
  replaceLinks(text, (target) => {
    found.push(posix.normalize(posix.join(directory, target.split('#')[0] ?? '')));
    return target;
  });
  return found;
}

/** Fenced code is left alone. */
function replaceLinks(text: string, replace: (target: string) => string): string {
  const isOfRepository = (target: string) => !/^(?:[a-z][a-z0-9+.-]*:|#|\/)/i.test(target);
  return text
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      return part.replace(/(\]\()([^()\s]+)(\))/g, (whole, open: string, target: string, close: string) =>
        isOfRepository(target) ? `${open}${replace(target)}${close}` : whole,
      );
    })
    .join('');
}
