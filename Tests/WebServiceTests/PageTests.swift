import HTTPSemantics
import Journal
import Testing

@testable import WebService

struct PageTests {
  @Test(arguments: ActivityLanguage.allCases) func pageIsInItsLanguageAndOffersTheOthers(language: ActivityLanguage) {
    let html = Page(title: "x", strings: LocalizedStrings(language)).markup.html
    #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
    for other in ActivityLanguage.allCases { #expect(html.contains("href=\"/language/\(other.rawValue)\"")) }
    #expect(html.contains("hreflang=\"\(language.rawValue)\"") && html.contains("aria-current=\"true\""))
  }

  @Test func answerToAPostOffersNoSwitch() {
    var page = Page(title: "x", strings: LocalizedStrings(.english))
    page.answersPost = true
    #expect(!page.markup.html.contains("/language/"))
  }

  @Test func titleIsEscaped() {
    #expect(
      !Page(title: "</title><script>", strings: LocalizedStrings(.english)).markup.html.contains("</title><script>"))
  }

  @Test func pageCarriesNothingInlineThatItsPolicyForbids() {
    let html = Page(title: "x", strings: LocalizedStrings(.english)).markup.html
    #expect(!html.contains("<style") && !html.contains(" style=") && !html.contains("onclick"))
    #expect(Page.contentSecurityPolicy.contains("default-src 'none'"))
    #expect(!Page.contentSecurityPolicy.contains("unsafe"))
  }

  @Test func problemIsADocumentOrAPageInTheSameWords() throws {
    var problem = Problem(.methodNotAllowed)
    problem.allowedMethods = [.get, .head]
    let document = problem.response(prefersHTML: false, language: .russian)
    #expect(document.status == .methodNotAllowed)
    #expect(document.fields["content-type"] == "application/problem+json")
    #expect(document.fields["content-language"] == "ru")
    #expect(document.fields["allow"] == "GET, HEAD")
    let page = problem.response(prefersHTML: true, language: .russian)
    #expect(String(decoding: page.body, as: UTF8.self).contains("<h1>Так нельзя</h1>"))
    #expect(String(decoding: document.body, as: UTF8.self).contains("\"title\":\"Так нельзя\""))
  }
}
