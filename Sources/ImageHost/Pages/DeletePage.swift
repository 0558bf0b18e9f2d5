internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/delete/<name>`: asks first, since links are followed by programs, too.
enum DeletePage {
  /// The form goes to the address that the page has, token and all: the page itself does not repeat it.
  static func question(_ facts: PictureMetadata, _ words: Words) -> Page {
    var page = Page(title: words[.deleteQuestion], words: words)
    page.append(
      """
      <div class="card question">\(Thumbnail.image(facts, alt: "", style: "thumb-small"))
      <h1>\(words[.deleteQuestion])</h1><p class="file-name">\(facts.originalName)</p><p>\(words[.deleteWarning])</p>
      <form class="actions" method="post">
      <button class="danger">\(words[.delete])</button>
      <a class="button" href="\(PicturePaths.page(facts.name))">\(words[.keep])</a></form></div>

      """)
    return page
  }

  static func done(_ words: Words) -> Page {
    var page = Page(title: words[.deleted], words: words)
    page.answersPost = true
    page.append(
      """
      <div class="card question"><h1>\(words[.deleted])</h1>
      <p class="actions"><a class="button" href="/upload">\(words[.uploadAnother])</a>
      <a class="button" href="/images/">\(words[.catalogue])</a></p></div>

      """)
    return page
  }
}
