import Storage
import Journal
import Posix
import Testing
import WebService

@testable import ImageHost

struct PageTests {
  static let hostile = [
    "\"><script>alert(1)</script>.jpg", "'><img src=x onerror=alert(1)>.jpg", "a&b<c>.jpg", "</title></main>.jpg",
    "{count}$max_upload<!--# include virtual=\"/etc/passwd\" -->.jpg", "\u{0}\u{1F}\u{202E}.jpg",
  ]

  private let links = PictureLinks(base: "https://pictures.example")
  private let strings = LocalizedStrings(.english)
  private let tokens = DeleteToken(secret: [1])

  /// Every page of the image host about a picture.
  private func pages(_ metadata: PictureMetadata) -> [String] {
    var outcome = ImageHost.UploadOutcome()
    outcome.stored = [metadata]
    outcome.rejected = [(metadata.originalName, Problem(.invalidImage, .truncated))]
    return [
      CataloguePage.make(
        PictureListing(images: [metadata], next: PictureCursor(after: metadata)), isFirst: false, strings),
      PicturePage.make(metadata, links: links, strings), DeletePage.question(metadata, strings),
      UploadedPage.make(outcome, links: links, tokens: tokens, strings),
    ].map(\.markup.html)
  }

  @Test(arguments: hostile) func hostileNamesAreInertOnEveryPage(name: String) {
    let plain = pages(.sample("cat.jpg"))
    for (page, expected) in zip(pages(.sample(name)), plain) {
      // Whatever the name is, the elements are those of a page with a harmless one.
      #expect(tags(page) == tags(expected))
      #expect(!page.contains(name))
    }
  }

  private func tags(_ html: String) -> [String] {
    html.split(separator: "<").dropFirst().map { String($0.prefix { $0.isLetter || $0 == "/" || $0 == "!" }) }
  }

  @Test func namesThatCameByFTPAreEscapedInPaths() {
    let page = pages(.sample(name: "a b\"#?.jpg"))[0]
    #expect(page.contains("href=\"/i/a%20b%22%23%3F.jpg\""))
    #expect(page.contains("src=\"/thumbs/a%20b%22%23%3F.jpg\""))
    #expect(page.contains("srcset=\"/thumbs/2x/a%20b%22%23%3F.jpg 2x\""))
  }

  @Test func pictureOutOfTheCatalogueIsNotForSearchEngines() {
    #expect(pages(.sample(visibility: .unlisted))[1].contains("noindex"))
    #expect(!pages(.sample())[1].contains("noindex"))
  }

  @Test func pictureThatVanishesSaysWhen() {
    #expect(
      pages(.sample(expires: Timestamp(seconds: 1_737_730_800)))[1].contains("2025-01-24T15:00:00Z"))
  }

  @Test(arguments: ActivityLanguage.allCases) func catalogueSaysThatItIsEmpty(language: ActivityLanguage) {
    let strings = LocalizedStrings(language)
    let page = CataloguePage.make(PictureListing(images: [], next: nil), isFirst: true, strings).markup.html
    #expect(page.contains(strings[.noPictures]))
    #expect(!page.contains("<form"))
  }

  @Test func pagesAfterTheFirstLeadBack() {
    let images = PictureListing(images: [.sample()], next: nil)
    #expect(CataloguePage.make(images, isFirst: false, strings).markup.html.contains("rel=\"first\""))
    #expect(!CataloguePage.make(images, isFirst: true, strings).markup.html.contains("class=\"pager\""))
  }
}
