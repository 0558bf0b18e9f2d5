internal import Storage
internal import WebService

/// The answer to the form without JavaScript.
enum UploadedPage {
  static func make(
    _ outcome: ImageHost.UploadOutcome, links: PictureLinks, tokens: DeleteToken, _ strings: LocalizedStrings
  ) -> Page {
    let title = strings[outcome.stored.isEmpty ? .notUploaded : .uploaded]
    var page = Page(title: title, strings: strings)
    page.answersPost = true
    page.append("<h1>\(title)</h1>\n")
    if !outcome.stored.isEmpty {
      let count = outcome.stored.count
      let notice = count == 1 ? strings[.uploadedOne] : strings.text(.uploadedSome, ["count": String(count)])
      page.append("<p class=\"notice success\">\(notice)</p>\n")
    }
    for (name, problem) in outcome.rejected {
      page.append("<p class=\"notice danger\">\(strings[.notUploaded]): \(name) – \(problem.text(strings))</p>\n")
    }
    for (index, metadata) in outcome.stored.enumerated() {
      page.append(
        card(
          metadata, links, links.deletion(metadata.name, token: tokens.make(for: metadata.name.text)), index, strings))
    }
    page.append("<p class=\"actions\"><a class=\"button\" href=\"/upload\">\(strings[.uploadAnother])</a></p>\n")
    return page
  }

  private static func card(
    _ metadata: PictureMetadata, _ links: PictureLinks, _ deletion: String, _ index: Int, _ strings: LocalizedStrings
  ) -> Markup {
    let path = PicturePaths.page(metadata.name)
    return """
      <article class="card"><h2>\(metadata.originalName)</h2>
      <p><a href="\(path)">\(Thumbnail.image(metadata, alt: metadata.originalName, style: "thumb-small"))</a></p>
      \(EmbedCodes(metadata, links).rows(strings, prefix: "p\(index)-"))\
      <p class="actions"><a class="button" href="\(path)">\(strings[.picturePage])</a>
      <a class="button" href="\(deletion)">\(strings[.deleteLink])</a></p></article>

      """
  }
}
