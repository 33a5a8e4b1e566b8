import { shortenText } from './describe-answer.js';

const LENGTH_MAX = 200;

/**
 * Where an answer wants us to go instead, in words for whoever is to mend the URL; undefined where it does not say.
 *
 * Written by somebody else, and shown to everyone: without the user, the query and the fragment, which may be secrets; without a
 * path that is the one we asked for, as a redirect to https has it, since some receivers have their secret in there.
 *
 * @param asked the URL that was answered
 */
export function redirectTarget(location: string | undefined, asked: URL): string | undefined {
  if (location === undefined) return undefined;
  if (!URL.canParse(location, asked.href)) return 'an address that is none';
  const { protocol, host, pathname } = new URL(location, asked);
  if (!/^https?:$/.test(protocol)) return shortenText(`an address of ${protocol}`, LENGTH_MAX);
  const path = pathname === asked.pathname ? ', the same path' : pathname;
  return shortenText(`${protocol}//${host}${path}`, LENGTH_MAX);
}
