import { refresh } from './data.js';
import { html, nothing } from './lit-html.js';
import { articleView, diff } from './shared.js';
import { draw, mayDo, run, state, whyNot } from './store.js';

/** Rows that are shown; a report can have thousands. */
const SHOWN = 200;

/** What the last check or import has found. @type {{ report?: ImportReport | undefined, errors?: ProblemBody['errors'] }} */
let outcome = {};

/** Spreadsheets out and in. */
export function importView() {
  const { report, errors } = outcome;
  return articleView(
    '#/',
    'Spreadsheets',
    html`<h3>Export</h3>
    <div class="actions"><button @click=${() => download('v1/parts', 'parts.csv')}>Parts as CSV</button>
      <button @click=${() => download('v1/audit', 'audit.csv')}>Audit as CSV</button></div>
    <h3>Import</h3>
    ${mayDo('import') ? formView() : html`<p class="box">${whyNot('import')}.</p>`}
    ${report ? reportView(report) : nothing}
    ${
      errors
        ? tableView(
            'Errors',
            ['Line', 'Column', 'Error'],
            errors.map(({ line, column, detail }) => [line, column, detail]),
          )
        : nothing
    }`,
  );
}

function formView() {
  const { report } = outcome;
  const { isBusy } = state;
  return html`<p>A CSV file with the columns part_number, name, description and, if you like, reason. All rows are imported, or none.</p>
    <form class="fields" @submit=${submit} @change=${forget}>
      <label for="file">File</label><input id="file" name="file" type="file" accept=".csv,text/csv" required>
      <label for="existing">Numbers that exist already</label>
      <select id="existing" name="existing"><option value="fail">are an error</option><option value="skip">are left as they are</option><option value="update">are updated, which ends their approval</option></select>
      <label for="charset">Encoding</label>
      <select id="charset" name="charset"><option value="utf-8">Unicode</option><option value="windows-1252">Windows, Western European</option></select>
      <div class="actions"><button class=${report ? '' : 'main'} value="true" ?disabled=${isBusy}>Check</button>
      ${report?.dry_run ? html`<button class="main" value="false" ?disabled=${isBusy}>Import ${report.created + report.updated} parts</button>` : nothing}</div>
    </form>`;
}

/** Another file or choice needs another check. */
function forget() {
  outcome = {};
  draw();
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const dryRun = /** @type {HTMLButtonElement} */ (event.submitter).value;
  outcome = {};
  void run(
    async (api) => {
      const headers = { 'Content-Type': `text/csv; charset=${form.get('charset')}` };
      const path = `v1/imports?existing=${form.get('existing')}&dry_run=${dryRun}`;
      const response = await api.request(path, { method: 'POST', headers, body: form.get('file') });
      outcome = { report: await response.json() };
      state.status = dryRun === 'true' ? 'The file can be imported.' : 'The file is imported.';
      if (dryRun === 'false') await refresh();
    },
    async ({ body: { errors } }) => {
      outcome = { errors };
      return '';
    },
  );
}

/** @param {ImportReport} report */
function reportView({ dry_run, created, updated, unchanged, approvals_ended, rows }) {
  const title = dry_run ? 'What an import would do' : 'What the import did';
  const caption = `${title}: create ${created}, update ${updated}, leave ${unchanged}, approvals that end: ${approvals_ended}`;
  const cells = rows.map((row) => [row.line, row.part_number, row.result, diff(row.changes)]);
  return tableView(caption, ['Line', 'Number', 'Result', 'Changes'], cells);
}

/** @param {string} caption @param {string[]} heads @param {unknown[][]} rows */
const tableView = (caption, heads, rows) =>
  html`<table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, SHOWN).map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>
    ${rows.length > SHOWN ? html`<p class="dim">And ${rows.length - SHOWN} more.</p>` : nothing}`;

/** A link can't carry the token: the file is fetched, then handed over. @param {string} path @param {string} name */
const download = (path, name) =>
  run(async (api) => {
    const response = await api.request(path, { headers: { Accept: 'text/csv' } });
    const url = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
