const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that may go into a page as it stands. Only `markup` and `verbatim` make it, so nothing gets in by mistake. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | undefined | readonly Content[];

/**
 * A template of markup: every value in it that is not markup itself is escaped. (It is not called `html`, which formatters take as
 * leave to put white space in.)
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, index) => part + escaped(values[index])).join(''));
}

/** Text that is markup already, such as a style sheet of ours. */
export function verbatim(text: string): Html {
  return new Html(text);
}

function escaped(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(escaped).join('');
  return String(content).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
