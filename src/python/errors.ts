/** @file The one error of a template: it cannot be read, or it cannot be rendered. */

/** What a template does wrong, or asks for and cannot have: a part of a sentence, without a full stop. */
export class TemplateError extends Error {}

/** A feature of Jinja2 that is left out on purpose: the template is refused, never rendered otherwise than Jinja2 does. */
export function notSupported(what: string): TemplateError {
  return new TemplateError(`${what} is not supported`);
}
