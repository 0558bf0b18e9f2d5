internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import WebService

/// The answer to the form without JavaScript.
enum UploadedPage {
  static func make(
    _ outcome: ImageHost.UploadOutcome, links: PictureLinks, tokens: DeleteToken, language: ActivityLanguage
  ) -> Page {
    let words = PictureWording(language)
    var page = Page(title: words.uploaded, language: language)
    page.answersPost = true
    page.append("<h1>\(words.uploaded)</h1>\n")
    if !outcome.stored.isEmpty { page.append("<p class=\"notice success\">\(words.uploadedOne)</p>\n") }
    for (name, problem) in outcome.rejected {
      let reason = HTML.escape(problem.detail ?? problem.code.rawValue)
      page.append("<p class=\"notice danger\">\(words.refused): \(HTML.escape(name)) — \(reason)</p>\n")
    }
    for (index, facts) in outcome.stored.enumerated() {
      let segment = HTML.escape(PictureLinks.segment(facts.name))
      let deletion = HTML.escape(links.deletion(facts.name, token: tokens.make(for: facts.name.text)))
      page.append(
        """
        <article class="card"><h2>\(HTML.escape(facts.originalName))</h2>
        <p><a href="/i/\(segment)"><img class="thumb-small" src="/images/\(segment)" alt=""></a></p>
        \(CopyRows.html(facts, links: links, words, prefix: "p\(index)-"))\
        <p class="actions"><a class="button" href="/i/\(segment)">\(words.page)</a>
        <a class="button" href="\(deletion)">\(words.deleteLink)</a></p></article>

        """)
    }
    page.append("<p class=\"actions\"><a class=\"button\" href=\"/upload\">\(words.another)</a></p>\n")
    return page
  }
}
