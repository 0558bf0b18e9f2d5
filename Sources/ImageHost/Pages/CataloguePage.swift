internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/images/`: the pictures, newest first; those that are ticked can be downloaded together.
enum CataloguePage {
  static func make(_ images: PictureListing, isFirst: Bool, _ strings: LocalizedStrings) -> Page {
    var page = Page(title: strings[.catalogue], strings: strings)
    page.isCatalogue = true
    page.append("<h1>\(strings[.catalogue])</h1>\n")
    if images.images.isEmpty {
      page.append("<p class=\"empty\">\(strings[isFirst ? .noPictures : .noOlderPictures])</p>\n")
    } else {
      page.append(
        """
        <form class="selection" action="/images.zip" method="get" aria-label="\(strings[.selectPictures])">
        <ul class="grid">
        \(images.images.map { item($0, strings) })</ul>
        <p class="selection-bar"><span>\(strings[.selectPictures])</span>
        <button>\(strings[.downloadZip])</button></p>
        </form>

        """)
    }
    page.append(pager(images, isFirst: isFirst, strings))
    return page
  }

  private static func item(_ metadata: PictureMetadata, _ strings: LocalizedStrings) -> Markup {
    """
    <li><a class="thumb" href="\(PicturePaths.page(metadata.name))">\(Thumbnail.image(metadata, alt: metadata.originalName))</a>
    <div class="caption"><label class="name"><input type="checkbox" name="picture" value="\(metadata.name.text)">
    <span>\(metadata.originalName)</span></label>
    <span class="facts">\(metadata.width) × \(metadata.height) · \(strings.size(metadata.content.size))</span>
    <span class="facts">\(MetadataMarkup.time(metadata.uploadedAt))</span></div></li>

    """
  }

  private static func pager(_ images: PictureListing, isFirst: Bool, _ strings: LocalizedStrings) -> Markup {
    guard !isFirst || images.next != nil else { return "" }
    let newest: Markup? = isFirst ? nil : "<a class=\"button\" rel=\"first\" href=\"/images/\">\(strings[.newest])</a>"
    let older: Markup? = images.next.map { next in
      let cursor = PercentEncoding.encodeQueryComponent(next.text)
      return "<a class=\"button\" rel=\"next\" href=\"/images/?after=\(cursor)\">\(strings[.older])</a>"
    }
    return "<nav class=\"pager\" aria-label=\"\(strings[.pages])\">\(newest)\(older)</nav>\n"
  }
}
