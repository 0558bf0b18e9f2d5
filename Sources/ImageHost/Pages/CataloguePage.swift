internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import WebService

/// `/images/`: the pictures, newest first.
enum CataloguePage {
  static func make(_ images: ImagePage, isFirst: Bool, language: ActivityLanguage) -> Page {
    let words = PictureWording(language)
    var page = Page(title: words.catalogue, language: language)
    page.isCatalogue = true
    page.append("<h1>\(words.catalogue)</h1>\n")
    if images.images.isEmpty {
      page.append("<p class=\"empty\">\(words.empty)</p>\n")
    } else {
      page.append("<ul class=\"grid\">\n")
      for facts in images.images { page.append(item(facts)) }
      page.append("</ul>\n")
    }
    page.append(pager(images, isFirst: isFirst, words))
    return page
  }

  private static func item(_ facts: ImageFacts) -> String {
    let segment = HTML.escape(PictureLinks.segment(facts.name))
    let name = HTML.escape(facts.originalName)
    return """
      <li><a class="thumb" href="/i/\(segment)"><img src="/images/\(segment)" alt="\(name)" loading="lazy"></a>
      <div class="caption"><span class="name">\(name)</span>
      <span class="facts">\(facts.width) × \(facts.height) · \(FactText.size(facts.content.size))</span>
      <span class="facts">\(FactText.time(facts.uploadedAt))</span></div></li>

      """
  }

  private static func pager(_ images: ImagePage, isFirst: Bool, _ words: PictureWording) -> String {
    guard !isFirst || images.next != nil else { return "" }
    var html = "<nav class=\"pager\" aria-label=\"\(words.pages)\">"
    if !isFirst { html += "<a class=\"button\" rel=\"first\" href=\"/images/\">\(words.newest)</a>" }
    if let next = images.next {
      let cursor = HTML.escape(PercentEncoding.encodeQueryComponent(next.text))
      html += "<a class=\"button\" rel=\"next\" href=\"/images/?after=\(cursor)\">\(words.older)</a>"
    }
    return html + "</nav>\n"
  }
}

/// Facts about pictures as people read them.
enum FactText {
  /// A number of bytes, in the largest unit that leaves a digit before the point.
  static func size(_ bytes: UInt64) -> String {
    if bytes < 1_000 { return "\(bytes) B" }
    if bytes < 1_000_000 { return "\((bytes + 500) / 1_000) kB" }
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }

  /// A moment in UTC, with its exact form for programs.
  static func time(_ moment: Posix.Timestamp) -> String {
    let exact = HTTPSemantics.Timestamp.format(moment.seconds)
    return "<time datetime=\"\(exact)\">\(exact.prefix(10)) \(exact.dropFirst(11).prefix(5)) UTC</time>"
  }
}
