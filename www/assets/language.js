/** The language that the server chose for this page. The switch in its header is made of plain links. */
export const language = document.documentElement.lang;
