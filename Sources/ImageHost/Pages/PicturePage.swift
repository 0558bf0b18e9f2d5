internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/i/<name>`: a picture, its metadata, and what to paste elsewhere.
enum PicturePage {
  static func make(_ metadata: PictureMetadata, links: PictureLinks, _ strings: LocalizedStrings) -> Page {
    let link = links.picture(metadata.name)
    var page = Page(title: metadata.originalName, strings: strings)
    page.appendToHead(unfurlTags(metadata, links: links))
    page.append(
      """
      <h1>\(metadata.originalName)</h1>
      <figure class="picture"><a href="\(link)"><img src="\(link)" width="\(metadata.width)" height="\(metadata.height)" \
      alt="\(metadata.originalName)"></a></figure>
      <dl class="facts-list">
      \(detail(strings[.dimensions], "\(metadata.width) × \(metadata.height)"))\
      \(detail(strings[.fileSize], "\(strings.size(metadata.content.size))"))\
      \(detail(strings[.type], "\(metadata.mediaType)"))\
      \(detail(strings[.uploadTime], MetadataMarkup.time(metadata.uploadedAt)))\
      \(metadata.expiresAt.map { detail(strings[.expiry], MetadataMarkup.time($0)) })\
      <div class="wide"><dt>SHA-256</dt><dd><code>\(Hexadecimal.encode(metadata.content.sha256))</code></dd></div>
      </dl>
      <section class="card" aria-labelledby="share"><h2 id="share">\(strings[.share])</h2>
      \(EmbedCodes(metadata, links).rows(strings, prefix: ""))</section>
      <p class="report-link"><a href="\(PicturePaths.report(metadata.name))" rel="nofollow">\(strings[.reportLink])</a></p>

      """)
    return page
  }

  private static func detail(_ term: String, _ description: Markup) -> Markup {
    "<div><dt>\(term)</dt><dd>\(description)</dd></div>\n"
  }

  /// Open Graph and Twitter tags, so that a pasted link shows the picture.
  private static func unfurlTags(_ metadata: PictureMetadata, links: PictureLinks) -> Markup {
    let link = links.picture(metadata.name)
    let robots: Markup? = metadata.visibility != .public ? "<meta name=\"robots\" content=\"noindex\">\n" : nil
    return """
      \(robots)<link rel="canonical" href="\(links.page(metadata.name))">
      <meta property="og:type" content="website">
      <meta property="og:title" content="\(metadata.originalName)">
      <meta property="og:url" content="\(links.page(metadata.name))">
      <meta property="og:image" content="\(link)">
      <meta property="og:image:type" content="\(metadata.mediaType)">
      <meta property="og:image:width" content="\(metadata.width)">
      <meta property="og:image:height" content="\(metadata.height)">
      <meta property="og:image:alt" content="\(metadata.originalName)">
      <meta name="twitter:card" content="summary_large_image">
      <meta name="twitter:title" content="\(metadata.originalName)">
      <meta name="twitter:image" content="\(link)">

      """
  }
}
