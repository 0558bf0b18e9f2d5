internal import Digests
internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import WebService

/// `/i/<name>`: a picture, its facts, and what to paste elsewhere.
enum PicturePage {
  static func make(_ facts: ImageFacts, links: PictureLinks, language: ActivityLanguage) -> Page {
    let words = PictureWording(language)
    let name = HTML.escape(facts.originalName)
    let link = HTML.escape(links.picture(facts.name))
    var page = Page(title: facts.originalName, language: language)
    page.appendToHead(unfurlTags(facts, links: links))
    page.append(
      """
      <h1>\(name)</h1>
      <figure class="picture"><a href="\(link)"><img src="\(link)" width="\(facts.width)" height="\(facts.height)" \
      alt="\(name)"></a></figure>
      <dl class="facts-list">
      \(fact(words.dimensions, "\(facts.width) × \(facts.height)"))\
      \(fact(words.size, FactText.size(facts.content.size)))\
      \(fact(words.type, HTML.escape(facts.mediaType)))\
      \(fact(words.uploaded, FactText.time(facts.uploadedAt)))\
      \(facts.expiresAt.map { fact(words.expires, FactText.time($0)) } ?? "")\
      <div class="wide"><dt>SHA-256</dt><dd><code>\(Hexadecimal.encode(facts.content.sha256))</code></dd></div>
      </dl>
      <section class="card" aria-labelledby="share"><h2 id="share">\(words.share)</h2>
      \(CopyRows.html(facts, links: links, words, prefix: ""))</section>

      """)
    return page
  }

  private static func fact(_ term: String, _ description: String) -> String {
    "<div><dt>\(term)</dt><dd>\(description)</dd></div>\n"
  }

  /// Open Graph and Twitter tags, so that a pasted link shows the picture.
  private static func unfurlTags(_ facts: ImageFacts, links: PictureLinks) -> String {
    let link = HTML.escape(links.picture(facts.name))
    let name = HTML.escape(facts.originalName)
    let robots = facts.visibility == .unlisted ? "<meta name=\"robots\" content=\"noindex\">\n" : ""
    return """
      \(robots)<link rel="canonical" href="\(HTML.escape(links.page(facts.name)))">
      <meta property="og:type" content="website">
      <meta property="og:title" content="\(name)">
      <meta property="og:url" content="\(HTML.escape(links.page(facts.name)))">
      <meta property="og:image" content="\(link)">
      <meta property="og:image:type" content="\(HTML.escape(facts.mediaType))">
      <meta property="og:image:width" content="\(facts.width)">
      <meta property="og:image:height" content="\(facts.height)">
      <meta name="twitter:card" content="summary_large_image">
      <meta name="twitter:image" content="\(link)">

      """
  }
}

/// The rows of links to copy: direct, HTML, Markdown, BBCode.
enum CopyRows {
  /// - Parameter prefix: makes the ids of several pictures on one page differ.
  static func html(_ facts: ImageFacts, links: PictureLinks, _ words: PictureWording, prefix: String) -> String {
    let link = links.picture(facts.name)
    let text = facts.originalName
    let rows = [
      ("direct", words.directLink, link),
      ("html", "HTML", "<img src=\"\(HTML.escape(link))\" alt=\"\(HTML.escape(text))\">"),
      ("markdown", "Markdown", "![\(markdownText(text))](\(link))"),
      ("bbcode", "BBCode", "[img]\(link)[/img]"),
    ]
    return rows.map { id, label, value in
      """
      <div class="copy-row"><label for="\(prefix)\(id)">\(label)</label>\
      <input id="\(prefix)\(id)" readonly value="\(HTML.escape(value))">\
      <button type="button" data-copy>\(words.copy)</button></div>

      """
    }.joined()
  }

  /// Text inside of a Markdown image's brackets.
  private static func markdownText(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "[", "]", "\\", "`", "*", "_", "<", ">": result += "\\\(character)"
      case "\n", "\r": result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
