internal import HTTPSemantics
internal import Storage
internal import WebService

/// `/images/`: the pictures, newest first; those that are ticked can be downloaded together. It can be searched by name, and
/// opened at a day.
struct CataloguePage {
  let part: CataloguePart
  /// What is looked for in names.
  let name: String?
  /// The day that was asked for.
  let day: String?
  let strings: LocalizedStrings

  var page: Page {
    var page = Page(title: strings[.catalogue], strings: strings)
    page.isCatalogue = true
    // Searches are no pages of their own to others' searches.
    if name != nil || day != nil { page.appendToHead("<meta name=\"robots\" content=\"noindex\">\n") }
    page.append("<div class=\"catalogue-head\"><h1>\(strings[.catalogue])</h1>\n\(hasNothing ? nil : search)</div>\n")
    if part.pictures.isEmpty {
      page.append("<p class=\"empty\">\(emptiness)</p>\n")
    } else {
      page.append(
        """
        <form class="selection" action="/images.zip" method="get" aria-label="\(strings[.selectPictures])">
        <ul class="grid">
        \(part.pictures.map { item($0) })</ul>
        <p class="selection-bar"><span>\(strings[.selectPictures])</span>
        <button>\(strings[.downloadZip])</button></p>
        </form>

        """)
    }
    page.append(pager)
    return page
  }

  /// Whether there is no picture at all.
  private var hasNothing: Bool { part.pictures.isEmpty && part.newer == nil && name == nil && day == nil }

  private var search: Markup {
    """
    <form class="catalogue-search" action="/images/" method="get" role="search">
    <p><label for="name">\(strings[.searchName])</label>
    <input type="search" id="name" name="name" value="\(name ?? "")" autocomplete="off"></p>
    <p><label for="date">\(strings[.searchDay])</label>
    <input type="date" id="date" name="date" value="\(day ?? "")"></p>
    <p><button>\(strings[.search])</button></p></form>

    """
  }

  private var emptiness: String {
    if name != nil { return strings[part.older == nil ? .nothingFound : .nothingFoundYet] }
    return strings[part.newer == nil ? .noPictures : .noOlderPictures]
  }

  private func item(_ metadata: PictureMetadata) -> Markup {
    """
    <li><a class="thumb" href="\(PicturePaths.page(metadata.name))">\(Thumbnail.image(metadata, alt: metadata.originalName))</a>
    <div class="caption"><label class="name"><input type="checkbox" name="picture" value="\(metadata.name.text)">
    <span>\(metadata.originalName)</span></label>
    <span class="facts">\(metadata.width) × \(metadata.height) · \(strings.size(metadata.content.size))</span>
    <span class="facts">\(MetadataMarkup.time(metadata.uploadedAt))</span></div></li>

    """
  }

  private var pager: Markup {
    let links: [Markup?] = [
      part.newer.map { _ in anchor("first", nil, .newest) }, part.newer.map { anchor("prev", ("before", $0), .newer) },
      part.older.map { anchor("next", ("after", $0), .older) },
      name != nil || day != nil ? "<a class=\"button\" href=\"/images/\">\(strings[.allPictures])</a>" : nil,
    ]
    let shown = links.compactMap(\.self)
    return shown.isEmpty ? "" : "<nav class=\"pager\" aria-label=\"\(strings[.pages])\">\(shown)</nav>\n"
  }

  /// A link to another part of the same search.
  private func anchor(
    _ relation: String, _ position: (parameter: String, cursor: PictureCursor)?, _ words: StringKey
  ) -> Markup {
    let parameters = [name.map { ("name", $0) }, position.map { ($0.parameter, $0.cursor.text) }].compactMap(\.self)
    let query = parameters.map { "\($0.0)=\(PercentEncoding.encodeQueryComponent($0.1))" }.joined(separator: "&")
    let address = "/images/" + (query.isEmpty ? "" : "?\(query)")
    return "<a class=\"button\" rel=\"\(relation)\" href=\"\(address)\">\(strings[words])</a>\n"
  }
}
