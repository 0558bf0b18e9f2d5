internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/delete/<name>`: asks first, since links are followed by programs, too.
enum DeletePage {
  /// The form goes to the address that the page has, token and all: the page itself does not repeat it.
  static func question(_ metadata: PictureMetadata, _ strings: LocalizedStrings) -> Page {
    var page = Page(title: strings[.deleteQuestion], strings: strings)
    page.append(
      """
      <div class="card question">\(Thumbnail.image(metadata, alt: "", style: "thumb-small"))
      <h1>\(strings[.deleteQuestion])</h1><p class="file-name">\(metadata.originalName)</p><p>\(strings[.deleteWarning])</p>
      <form class="actions" method="post">
      <button class="danger">\(strings[.delete])</button>
      <a class="button" href="\(PicturePaths.page(metadata.name))">\(strings[.keep])</a></form></div>

      """)
    return page
  }

  static func done(_ strings: LocalizedStrings) -> Page {
    var page = Page(title: strings[.deleted], strings: strings)
    page.answersPost = true
    page.append(
      """
      <div class="card question"><h1>\(strings[.deleted])</h1>
      <p class="actions"><a class="button" href="/upload">\(strings[.uploadAnother])</a>
      <a class="button" href="/images/">\(strings[.catalogue])</a></p></div>

      """)
    return page
  }
}
