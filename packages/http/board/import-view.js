import { messageOf, Problem } from './api.js';
import { refresh } from './data.js';
import { html, nothing } from './lit-html.js';
import { diff, typedIn } from './shared.js';
import { draw, fail, mayDo, state, whyNot } from './store.js';

/** Rows that are shown; a report can have thousands. */
const SHOWN = 200;

/** @typedef {{ line: number, part_number: string, result: string, changes: Record<string, [string | null, string | null]> | null }} Row */
/** @typedef {{ dry_run: boolean, created: number, updated: number, unchanged: number, approvals_ended: number, rows: Row[] }} Report */

const form = {
  /** @type {File | undefined} */ file: undefined,
  existing: 'fail',
  charset: '',
  /** @type {Report | undefined} */ report: undefined,
  /** @type {import('./api.js').RowError[]} */ errors: [],
};

/** Spreadsheets out and in. */
export function importView() {
  return html`<article aria-labelledby="title">
    <a class="back always" href="#/">← Back</a>
    <h2 id="title" tabindex="-1">Spreadsheets</h2>
    <h3>Export</h3>
    <div class="actions"><button @click=${() => download('v1/parts', 'parts.csv')}>Parts as CSV</button>
      <button @click=${() => download('v1/audit', 'audit.csv')}>Audit as CSV</button></div>
    <h3>Import</h3>
    ${mayDo('import') ? formView() : html`<p class="box">${whyNot('import')}.</p>`}
    ${form.report ? reportView(form.report) : nothing}
    ${
      form.errors.length > 0
        ? tableView(
            'Errors',
            ['Line', 'Column', 'Error'],
            form.errors.map(({ line, column, detail }) => [line, column ?? '', detail]),
          )
        : nothing
    }
  </article>`;
}

function formView() {
  const { report } = form;
  return html`<p>A CSV file with the columns part_number, name, description and, if you like, reason. All rows are imported, or none.</p>
    <form class="fields" @submit=${check} @change=${choose}>
      <label for="file">File</label><input id="file" name="file" type="file" accept=".csv,text/csv" required>
      <label for="existing">Numbers that exist already</label>
      <select id="existing" name="existing"><option value="fail">are an error</option><option value="skip">are left as they are</option><option value="update">are updated, which ends their approval</option></select>
      <label for="charset">Encoding</label>
      <select id="charset" name="charset"><option value="">Unicode</option><option value="windows-1252">Windows, Western European</option></select>
      <div class="actions"><button class=${report ? '' : 'main'} ?disabled=${state.isBusy}>Check</button>
      ${report?.dry_run ? html`<button type="button" class="main" ?disabled=${state.isBusy} @click=${() => send(false)}>Import ${report.created + report.updated} parts</button>` : nothing}</div>
    </form>`;
}

/** Another file or choice needs another check. @param {Event} event */
function choose(event) {
  const { name, files } = /** @type {HTMLInputElement} */ (event.target);
  Object.assign(form, { [name]: files?.[0] ?? typedIn(event), report: undefined, errors: [] });
  draw();
}

/** @param {SubmitEvent} event */
function check(event) {
  event.preventDefault();
  void send(true);
}

/** @param {boolean} isDryRun */
async function send(isDryRun) {
  const { file, existing, charset } = form;
  if (!state.api || !file) return;
  Object.assign(state, { isBusy: true, note: '' });
  Object.assign(form, { report: undefined, errors: [] });
  draw();
  try {
    const headers = { 'Content-Type': `text/csv${charset && `; charset=${charset}`}` };
    const path = `v1/imports?existing=${existing}&dry_run=${isDryRun}`;
    const response = await state.api.request(path, { method: 'POST', headers, body: file });
    form.report = await response.json();
    state.status = isDryRun ? 'The file can be imported.' : 'The file is imported.';
    if (!isDryRun) await refresh();
  } catch (error) {
    if (error instanceof Problem) form.errors = error.body.errors ?? [];
    const advice = 'Check the file again before you import it.';
    state.note = error instanceof Problem ? messageOf(error) : `${messageOf(error)} ${advice}`;
  } finally {
    state.isBusy = false;
    draw();
  }
}

/** @param {Report} report */
function reportView({ dry_run, created, updated, unchanged, approvals_ended, rows }) {
  const title = dry_run ? 'What an import would do' : 'What the import did';
  const caption = `${title}: create ${created}, update ${updated}, leave ${unchanged}, end ${approvals_ended} approvals`;
  const cells = rows.map((row) => [row.line, row.part_number, row.result, diff(row.changes)]);
  return tableView(caption, ['Line', 'Number', 'Result', 'Changes'], cells);
}

/** @param {string} caption @param {string[]} heads @param {unknown[][]} rows */
const tableView = (caption, heads, rows) =>
  html`<table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, SHOWN).map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>
    ${rows.length > SHOWN ? html`<p class="dim">And ${rows.length - SHOWN} more.</p>` : nothing}`;

/** A link can't carry the token: the file is fetched, then handed over. @param {string} path @param {string} name */
async function download(path, name) {
  try {
    const response = await state.api?.request(path, { headers: { Accept: 'text/csv' } });
    const url = URL.createObjectURL(/** @type {Blob} */ (await response?.blob()));
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    fail(error);
  }
}
