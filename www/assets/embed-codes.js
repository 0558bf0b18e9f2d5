/** The ways to show a picture elsewhere, ready to paste. */

/** `image` is the answer to an upload. */
export function embedCodes({ url, original_name: name, width, height }) {
  return {
    link: url,
    html: `<img src="${html(url)}" alt="${html(name)}" width="${width}" height="${height}">`,
    markdown: `![${markdown(name)}](${url})`,
    bbcode: `[img]${url}[/img]`,
  };
}

/** The page of a picture stands beside it, whatever the public address of the server is. */
export function pageOf({ url, name }) {
  return new URL(`/i/${name}`, url).href;
}

function html(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function markdown(text) {
  return text.replace(/[\\[\]`*_<>!]/g, "\\$&").replace(/\s+/g, " ");
}
