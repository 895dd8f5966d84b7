/** The page that explains the API: without a line of script or style inside, so that the strict policy of every other page fits it too. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of Berth</title>
<link rel="stylesheet" href="/api/docs/docs.css">
<script type="module" src="/api/docs/docs.js"></script>
</head>
<body>
<header>
<h1>The API of Berth</h1>
<p>Compatible with Harbor v2.0. The document itself: <a href="/api/v2.0/openapi.json">openapi.json</a>. Requests made here use your session.</p>
<label>Find <input id="find" type="search" autocomplete="off"></label>
</header>
<main id="operations" aria-live="polite"><p>Loading.</p></main>
<noscript><p>This page needs JavaScript; the document linked above does not.</p></noscript>
</body>
</html>
`;

export const DOCS_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { margin: 2rem 0 .5rem; }
details { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .375rem; margin: .375rem 0; padding: .375rem .75rem; }
summary { cursor: pointer; }
summary code { font-weight: 600; }
.method { display: inline-block; min-width: 4.5rem; text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top; }
pre { max-height: 24rem; overflow: auto; padding: .5rem; white-space: pre-wrap; }
input { font: inherit; padding: .25rem .5rem; }
`;

/** Everything shown is set as text, never as markup. */
export const DOCS_SCRIPT = `const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

const shapeOf = (schema, models, depth = 0) => {
  if (!schema || depth > 4) return null;
  if (schema.$ref) return shapeOf(models[schema.$ref.split('/').pop()], models, depth + 1);
  if (schema.type === 'array') return [shapeOf(schema.items, models, depth + 1)];
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([key, part]) => [key, shapeOf(part, models, depth + 1)]));
  return schema.enum ? schema.enum.join(' | ') : (schema.type ?? 'any');
};

const described = (path, method, operation, models) => {
  const summary = make('summary', '', make('span', method), ' ', make('code', path), ' ', operation.summary ?? '');
  summary.firstChild.className = 'method';
  const details = make('details', '', summary);
  details.dataset.text = (method + ' ' + path + ' ' + operation.summary + ' ' + operation.operationId).toLowerCase();
  details.addEventListener('toggle', () => details.childElementCount === 1 && fill(details, { path, method, operation, models }));
  return details;
};

const fill = (details, { path, method, operation, models }) => {
  const inputs = new Map();
  const parameters = operation.parameters ?? [];
  if (parameters.length > 0) {
    const rows = parameters.map((parameter) => {
      const input = make('input');
      input.setAttribute('aria-label', parameter.name);
      inputs.set(parameter, input);
      return make('tr', '', make('td', parameter.name + (parameter.required ? ' (required)' : '')), make('td', parameter.in), make('td', '', input));
    });
    details.append(make('table', '', make('tbody', '', ...rows)));
  }
  const body = operation.requestBody?.content?.['application/json']?.schema;
  if (body) details.append(make('p', 'Body'), make('pre', JSON.stringify(shapeOf(body, models), null, 2)));
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    details.append(make('p', status + ' ' + answer.description));
    const schema = Number(status) < 300 && Object.values(answer.content ?? {})[0]?.schema;
    if (schema) details.append(make('pre', JSON.stringify(shapeOf(schema, models), null, 2)));
  }
  if (method !== 'get') return;
  const button = make('button', 'Ask');
  const shown = make('pre');
  button.type = 'button';
  button.addEventListener('click', async () => {
    let target = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      if (parameter.in === 'path') target = target.replace('{' + parameter.name + '}', encodeURIComponent(input.value));
      else if (input.value !== '') query.set(parameter.name, input.value);
    }
    const answer = await fetch('/api/v2.0' + target + (query.size > 0 ? '?' + query : ''));
    shown.textContent = answer.status + ' ' + answer.statusText + '\\n' + (await answer.text());
  });
  details.append(button, shown);
};

const operations = document.getElementById('operations');
const answer = await fetch('/api/v2.0/openapi.json');
const { paths, components } = await answer.json();
const tags = new Map();
for (const [path, methods] of Object.entries(paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? 'other';
    tags.set(tag, [...(tags.get(tag) ?? []), described(path, method, operation, components.schemas)]);
  }
}
operations.replaceChildren(...[...tags].sort(([a], [b]) => a.localeCompare(b)).map(([tag, list]) => make('section', '', make('h2', tag), ...list)));
document.getElementById('find').addEventListener('input', ({ target }) => {
  const wanted = target.value.toLowerCase();
  for (const section of operations.children) {
    for (const details of section.querySelectorAll('details')) details.hidden = !details.dataset.text.includes(wanted);
    section.hidden = !section.querySelector('details:not([hidden])');
  }
});
`;
