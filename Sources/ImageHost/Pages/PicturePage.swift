internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/i/<name>`: a picture, its facts, and what to paste elsewhere.
enum PicturePage {
  static func make(_ facts: PictureMetadata, links: PictureLinks, _ words: Words) -> Page {
    let link = links.picture(facts.name)
    var page = Page(title: facts.originalName, words: words)
    page.appendToHead(unfurlTags(facts, links: links))
    page.append(
      """
      <h1>\(facts.originalName)</h1>
      <figure class="picture"><a href="\(link)"><img src="\(link)" width="\(facts.width)" height="\(facts.height)" \
      alt="\(facts.originalName)"></a></figure>
      <dl class="facts-list">
      \(fact(words[.dimensions], "\(facts.width) × \(facts.height)"))\
      \(fact(words[.fileSize], "\(words.size(facts.content.size))"))\
      \(fact(words[.type], "\(facts.mediaType)"))\
      \(fact(words[.uploadTime], FactMarkup.time(facts.uploadedAt)))\
      \(facts.expiresAt.map { fact(words[.expiry], FactMarkup.time($0)) })\
      <div class="wide"><dt>SHA-256</dt><dd><code>\(Hexadecimal.encode(facts.content.sha256))</code></dd></div>
      </dl>
      <section class="card" aria-labelledby="share"><h2 id="share">\(words[.share])</h2>
      \(EmbedCodes(facts, links).rows(words, prefix: ""))</section>

      """)
    return page
  }

  private static func fact(_ term: String, _ description: Markup) -> Markup {
    "<div><dt>\(term)</dt><dd>\(description)</dd></div>\n"
  }

  /// Open Graph and Twitter tags, so that a pasted link shows the picture.
  private static func unfurlTags(_ facts: PictureMetadata, links: PictureLinks) -> Markup {
    let link = links.picture(facts.name)
    let robots: Markup? = facts.visibility == .unlisted ? "<meta name=\"robots\" content=\"noindex\">\n" : nil
    return """
      \(robots)<link rel="canonical" href="\(links.page(facts.name))">
      <meta property="og:type" content="website">
      <meta property="og:title" content="\(facts.originalName)">
      <meta property="og:url" content="\(links.page(facts.name))">
      <meta property="og:image" content="\(link)">
      <meta property="og:image:type" content="\(facts.mediaType)">
      <meta property="og:image:width" content="\(facts.width)">
      <meta property="og:image:height" content="\(facts.height)">
      <meta property="og:image:alt" content="\(facts.originalName)">
      <meta name="twitter:card" content="summary_large_image">
      <meta name="twitter:title" content="\(facts.originalName)">
      <meta name="twitter:image" content="\(link)">

      """
  }
}
