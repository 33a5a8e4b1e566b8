/**
 * A text without what must not be printed: webhook secrets, and a user and password in a URL. A secret may stand where nobody
 * expects one: behind a comma in place of a semicolon it is an address, and behind a misspelt option a part of its name.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/whsec_[^\s"]+/gi, 'whsec_…').replace(/\/\/[^\s"/]*@/g, '//…@');
}
