internal import Storage
internal import WebService

/// What to paste elsewhere to show a picture there.
struct EmbedCodes: Equatable {
  let link: String
  let html: String
  let markdown: String
  let bbcode: String

  init(_ metadata: PictureMetadata, _ links: PictureLinks) {
    self.init(
      link: links.picture(metadata.name), name: metadata.originalName, width: metadata.width, height: metadata.height)
  }

  init(link: String, name: String, width: Int, height: Int) {
    self.link = link
    let tag: Markup = "<img src=\"\(link)\" alt=\"\(name)\" width=\"\(width)\" height=\"\(height)\">"
    html = tag.html
    markdown = "![\(Self.markdownText(name))](\(link))"
    bbcode = "[img]\(link)[/img]"
  }

  /// A row to copy from for each of them.
  /// - Parameter prefix: makes the ids of several pictures on one page differ.
  func rows(_ strings: LocalizedStrings, prefix: String) -> Markup {
    let rows = [
      ("direct", strings[.directLink], link), ("html", "HTML", html), ("markdown", "Markdown", markdown),
      ("bbcode", "BBCode", bbcode),
    ]
    return "\(rows.map { id, label, value in row(prefix + id, label, value, strings) })"
  }

  private func row(_ id: String, _ label: String, _ value: String, _ strings: LocalizedStrings) -> Markup {
    """
    <div class="copy-row"><label for="\(id)">\(label)</label>\
    <input id="\(id)" readonly value="\(value)">\
    <button type="button" data-copy aria-describedby="\(id)">\(strings[.copy])</button></div>

    """
  }

  /// Text inside of a Markdown image's brackets.
  static func markdownText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "[", "]", "\\", "`", "*", "_", "<", ">", "!", "&": result += "\\\(scalar)"
      case _ where scalar.properties.isWhitespace || scalar.properties.generalCategory == .control: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
