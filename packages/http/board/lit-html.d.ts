// The server gives the file of the package lit-html this name beside the page's own files.
export { html, nothing, render } from 'lit-html';
