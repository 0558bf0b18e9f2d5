internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import WebService

/// `/delete/<name>`: asks first, since links are followed by programs, too.
enum DeletePage {
  static func question(_ facts: ImageFacts, token: String, language: ActivityLanguage) -> Page {
    let words = PictureWording(language)
    let segment = HTML.escape(PictureLinks.segment(facts.name))
    let query = HTML.escape(PercentEncoding.encodeQueryComponent(token))
    var page = Page(title: words.deleteQuestion, language: language)
    page.append(
      """
      <div class="card question"><img class="thumb-small" src="/images/\(segment)" alt="">
      <h1>\(words.deleteQuestion)</h1><p>\(HTML.escape(facts.originalName))</p><p>\(words.deleteWarning)</p>
      <form class="actions" method="post" action="/delete/\(segment)?token=\(query)">
      <button class="danger">\(words.delete)</button><a class="button" href="/i/\(segment)">\(words.keep)</a></form></div>

      """)
    return page
  }

  static func done(_ language: ActivityLanguage) -> Page {
    let words = PictureWording(language)
    var page = Page(title: words.deleted, language: language)
    page.answersPost = true
    page.append(
      """
      <div class="card question"><h1>\(words.deleted)</h1>
      <p class="actions"><a class="button" href="/upload">\(words.another)</a>
      <a class="button" href="/images/">\(words.catalogue)</a></p></div>

      """)
    return page
  }
}
