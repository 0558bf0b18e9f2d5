internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/images/`: the pictures, newest first; those that are ticked can be downloaded together.
enum CataloguePage {
  static func make(_ images: PictureListing, isFirst: Bool, _ words: Words) -> Page {
    var page = Page(title: words[.catalogue], words: words)
    page.isCatalogue = true
    page.append("<h1>\(words[.catalogue])</h1>\n")
    if images.images.isEmpty {
      page.append("<p class=\"empty\">\(words[isFirst ? .noPictures : .noOlderPictures])</p>\n")
    } else {
      page.append(
        """
        <form class="selection" action="/images.zip" method="get" aria-label="\(words[.selectPictures])">
        <ul class="grid">
        \(images.images.map { item($0, words) })</ul>
        <p class="selection-bar"><span>\(words[.selectPictures])</span>
        <button>\(words[.downloadZip])</button></p>
        </form>

        """)
    }
    page.append(pager(images, isFirst: isFirst, words))
    return page
  }

  private static func item(_ facts: PictureMetadata, _ words: Words) -> Markup {
    """
    <li><a class="thumb" href="\(PicturePaths.page(facts.name))">\(Thumbnail.image(facts, alt: facts.originalName))</a>
    <div class="caption"><label class="name"><input type="checkbox" name="picture" value="\(facts.name.text)">
    <span>\(facts.originalName)</span></label>
    <span class="facts">\(facts.width) × \(facts.height) · \(words.size(facts.content.size))</span>
    <span class="facts">\(FactMarkup.time(facts.uploadedAt))</span></div></li>

    """
  }

  private static func pager(_ images: PictureListing, isFirst: Bool, _ words: Words) -> Markup {
    guard !isFirst || images.next != nil else { return "" }
    let newest: Markup? = isFirst ? nil : "<a class=\"button\" rel=\"first\" href=\"/images/\">\(words[.newest])</a>"
    let older: Markup? = images.next.map { next in
      let cursor = PercentEncoding.encodeQueryComponent(next.text)
      return "<a class=\"button\" rel=\"next\" href=\"/images/?after=\(cursor)\">\(words[.older])</a>"
    }
    return "<nav class=\"pager\" aria-label=\"\(words[.pages])\">\(newest)\(older)</nav>\n"
  }
}
