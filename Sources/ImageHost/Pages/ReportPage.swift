internal import Pictures
internal import Storage
internal import WebService

/// `/report/<name>`: asks what is wrong with a picture.
enum ReportPage {
  static func form(_ metadata: PictureMetadata, _ strings: LocalizedStrings) -> Page {
    var page = Page(title: strings[.reportHeading], strings: strings)
    page.appendToHead("<meta name=\"robots\" content=\"noindex\">\n")
    page.append(
      """
      <div class="card question">\(Thumbnail.image(metadata, alt: "", style: "thumb-small"))
      <h1>\(strings[.reportHeading])</h1><p class="file-name">\(metadata.originalName)</p><p>\(strings[.reportLede])</p>
      <form class="report" method="post" action="\(PicturePaths.report(metadata.name))">
      <label for="reason">\(strings[.reportReason])</label>
      <textarea id="reason" name="reason" rows="5" maxlength="\(PictureReport.reasonLimit)" required></textarea>
      <p class="actions"><button class="primary">\(strings[.sendReport])</button>
      <a class="button" href="\(PicturePaths.page(metadata.name))">\(strings[.backToPicture])</a></p></form></div>

      """)
    return page
  }

  static func done(_ metadata: PictureMetadata, _ strings: LocalizedStrings) -> Page {
    var page = Page(title: strings[.reported], strings: strings)
    page.answersPost = true
    page.append(
      """
      <div class="card question"><h1>\(strings[.reported])</h1><p>\(strings[.reportedText])</p>
      <p class="actions"><a class="button" href="\(PicturePaths.page(metadata.name))">\(strings[.backToPicture])</a>
      <a class="button" href="/images/">\(strings[.catalogue])</a></p></div>

      """)
    return page
  }
}
