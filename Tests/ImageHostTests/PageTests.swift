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
      catalogue([metadata], name: metadata.originalName, isFirst: false, isLast: false).page,
      PicturePage.make(metadata, links: links, strings), DeletePage.question(metadata, strings),
      UploadedPage.make(outcome, links: links, tokens: tokens, strings), ReportPage.form(metadata, strings),
      ReportPage.done(metadata, strings),
    ].map(\.markup.html)
  }

  private func catalogue(
    _ pictures: [PictureMetadata], name: String? = nil, isFirst: Bool = true, isLast: Bool = true,
    _ strings: LocalizedStrings = LocalizedStrings(.english)
  ) -> CataloguePage {
    let cursor = PictureCursor(position: 7, name: "x")
    let part = CataloguePart(pictures: pictures, older: isLast ? nil : cursor, newer: isFirst ? nil : cursor)
    return CataloguePage(part: part, name: name, day: nil, strings: strings)
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
    let page = catalogue([], strings).page.markup.html
    #expect(page.contains(strings[.noPictures]))
    #expect(!page.contains("<form"))
  }

  @Test func pagesAfterTheFirstLeadBack() {
    let second = catalogue([.sample()], isFirst: false).page.markup.html
    #expect(
      second.contains("rel=\"first\" href=\"/images/\"") && second.contains("rel=\"prev\" href=\"/images/?before="))
    #expect(!catalogue([.sample()]).page.markup.html.contains("class=\"pager\""))
  }

  @Test func searchGoesOnWithItsNameAndLeadsBackToAll() {
    let page = catalogue([.sample()], name: "a&b", isLast: false).page.markup.html
    #expect(page.contains("rel=\"next\" href=\"/images/?name=a%26b&amp;after="))
    #expect(page.contains("value=\"a&amp;b\"") && page.contains("noindex"))
  }

  @Test func searchThatFindsNothingSaysSoAndGoesOnWhereNotAllWasLookedAt() {
    let all = catalogue([], name: "x")
    #expect(all.page.markup.html.contains(strings[.nothingFound]) && all.page.markup.html.contains("role=\"search\""))
    let part = catalogue([], name: "x", isLast: false).page.markup.html
    #expect(part.contains(strings[.nothingFoundYet]) && part.contains("rel=\"next\""))
  }
}
