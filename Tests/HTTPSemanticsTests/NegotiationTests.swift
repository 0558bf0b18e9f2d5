import HTTPSemantics
import Testing

@Suite struct AcceptHeaderTests {
  /// The table of RFC 9110 §12.5.1, without ranges that differ by parameters only.
  @Test(arguments: [
    ("text/plain", 300), ("text/html", 700), ("image/jpeg", 500), ("text/csv", 300),
  ])
  func mostSpecificRangeCounts(type: String, quality: Int) {
    let header = AcceptHeader(parsing: "text/*;q=0.3, TEXT/HTML;q=0.7, */*;q=0.5")
    #expect(header.quality(of: type) == quality)
  }

  @Test(arguments: [
    ("text/html;level=1;q=0.4", 400), ("text/html; q=1.000", 1000), ("text/html;q=0", 0), ("text/html;Q=0.25", 250),
    ("text/html;x=\"a,b;q=0.1\";q=0.9", 900), ("text/html;q=1.001", 0), ("text/html;q=2", 0), ("text/html;q=x", 0),
    ("text/html;q=0.1234", 0), ("text/html;q", 0), ("", 0), ("application/*", 0), ("\",text/html", 0),
    (",,text/html,", 1000),
  ])
  func qualityOfHTML(accept: String, quality: Int) {
    #expect(AcceptHeader(parsing: accept).quality(of: "text/html") == quality)
  }

  @Test(
    arguments: [
      // Chrome, Firefox, old Internet Explorer.
      ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true),
      ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true), ("text/html, */*", true),
      // curl, fetch, ShareX, libraries.
      ("*/*", false), (nil, false), ("", false), ("application/json", false),
      ("application/json, text/plain, */*", false),
      ("text/*", false), ("text/html;q=0", false), ("application/json, text/html", false),
      ("application/json;q=0.9, text/html", true), ("application/problem+json, text/html;q=0.9", false),
      ("application/json;q=0.5, application/problem+json;q=0.9, text/html;q=0.8", false),
    ] as [(String?, Bool)])
  func onlyThoseWhoNameHTMLGetPages(accept: String?, prefersHTML: Bool) {
    #expect(AcceptHeader.prefersHTML(accept: accept) == prefersHTML)
  }
}

@Suite struct AcceptLanguageTests {
  @Test(
    arguments: [
      ("ru", "ru"), ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"), ("es-419", "es"), ("ES", "es"),
      ("de-DE, de;q=0.9, es;q=0.5, ru;q=0.4", "es"), ("de", "en"), ("*", "en"), ("*, ru;q=0.1", "ru"), (nil, "en"),
      ("", "en"), ("ru;q=0, es;q=0.1", "es"), ("ru;q=0.5, es;q=0.5", "ru"), ("es;q=0.4, ru;q=0.6", "ru"),
      ("ru-x-private", "ru"), ("ru-Cyrl-RU-x-a-b", "ru"), ("rus", "en"), ("-", "en"), ("ru_RU", "en"), (";;,,", "en"),
    ] as [(String?, String)])
  func lookupFallsBackByTruncation(header: String?, language: String) {
    #expect(AcceptLanguage.choose(header, among: ["en", "ru", "es"], default: "en") == language)
  }

  @Test func choiceIsSpelledAsOffered() {
    #expect(AcceptLanguage.choose("zh-hant-tw", among: ["zh-Hant", "zh"], default: "en") == "zh-Hant")
    #expect(AcceptLanguage.choose("en", among: ["en-GB"], default: "x") == "x")
  }
}
