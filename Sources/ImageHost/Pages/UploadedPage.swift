internal import Storage
internal import WebService

/// The answer to the form without JavaScript.
enum UploadedPage {
  static func make(
    _ outcome: ImageHost.UploadOutcome, links: PictureLinks, tokens: DeleteToken, _ words: Words
  ) -> Page {
    let title = words[outcome.stored.isEmpty ? .notUploaded : .uploaded]
    var page = Page(title: title, words: words)
    page.answersPost = true
    page.append("<h1>\(title)</h1>\n")
    if !outcome.stored.isEmpty {
      let count = outcome.stored.count
      let notice = count == 1 ? words[.uploadedOne] : words.text(.uploadedSome, ["count": String(count)])
      page.append("<p class=\"notice success\">\(notice)</p>\n")
    }
    for (name, problem) in outcome.rejected {
      page.append("<p class=\"notice danger\">\(words[.notUploaded]): \(name) – \(problem.text(words))</p>\n")
    }
    for (index, facts) in outcome.stored.enumerated() {
      page.append(
        card(facts, links, links.deletion(facts.name, token: tokens.make(for: facts.name.text)), index, words))
    }
    page.append("<p class=\"actions\"><a class=\"button\" href=\"/upload\">\(words[.uploadAnother])</a></p>\n")
    return page
  }

  private static func card(
    _ facts: PictureMetadata, _ links: PictureLinks, _ deletion: String, _ index: Int, _ words: Words
  ) -> Markup {
    let path = PicturePaths.page(facts.name)
    return """
      <article class="card"><h2>\(facts.originalName)</h2>
      <p><a href="\(path)">\(Thumbnail.image(facts, alt: facts.originalName, style: "thumb-small"))</a></p>
      \(EmbedCodes(facts, links).rows(words, prefix: "p\(index)-"))\
      <p class="actions"><a class="button" href="\(path)">\(words[.picturePage])</a>
      <a class="button" href="\(deletion)">\(words[.deleteLink])</a></p></article>

      """
  }
}
