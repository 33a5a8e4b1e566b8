import type { IncomingMessage } from 'node:http';

import type { Problem } from './problem.js';
import { problems } from './problems.js';

/** RFC 3986, as far as it matters: what cannot stand in an authority is refused, the rest is not looked at. */
const hostForm = /^[\w.~!$&'()*+,;=%[\]:-]*$/;
const absoluteForm = /^https?:\/\/[^/?#]+/i;
const slash = 0x2f;

/**
 * What is wrong with a request that Node could read, before anyone looks at its route; undefined: nothing. An address in
 * absolute form, which a server must understand, is put into the form that routes know.
 */
export function refuseRequest(request: IncomingMessage, headersMax: number): Problem | undefined {
  if (request.httpVersionMajor !== 1) return problems.malformedRequest(505, 'Speak HTTP/1.1 here.');
  if (request.method === 'CONNECT') return problems.methodNotAllowed([]);
  return refuseHeaders(request, headersMax) ?? refuseTarget(request);
}

function refuseHeaders(request: IncomingMessage, headersMax: number): Problem | undefined {
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * headersMax) {
    return problems.malformedRequest(431, `A request may have at most ${headersMax} header lines.`);
  }
  const { 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || request.httpVersionMinor === 0)) {
    return problems.malformedRequest(
      400,
      'Send a body in chunks by HTTP/1.1, or with a length; nothing else is understood.',
    );
  }
  // Of several, Node would show the first; a proxy before it may have gone by the last.
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  const enough = request.httpVersionMinor === 0 ? hosts <= 1 : hosts === 1;
  if (enough && hostForm.test(request.headers.host ?? '')) return undefined;
  return problems.malformedRequest(400, 'A request must have exactly one Host header, with a host in it.');
}

function refuseTarget(request: IncomingMessage): Problem | undefined {
  const { url = '' } = request;
  if (url.charCodeAt(0) === slash) return undefined;
  if (url === '*' && request.method === 'OPTIONS') return undefined;
  const authority = absoluteForm.exec(url)?.[0];
  if (authority === undefined || !URL.canParse(authority)) {
    return problems.malformedRequest(400, 'The address of the request must be a path, beginning with a slash.');
  }
  const rest = url.slice(authority.length);
  // RFC 9112, section 3.2.4: without a path, this is what the last proxy would make of it.
  if (rest === '' && request.method === 'OPTIONS') request.url = '*';
  else request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return undefined;
}
