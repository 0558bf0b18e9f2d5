import Testing

@testable import ImageHost

struct EmbedCodesTests {
  private func codes(_ name: String) -> EmbedCodes {
    EmbedCodes(link: "https://p.example/images/01j.jpg", name: name, width: 4, height: 3)
  }

  @Test func codesAreReadyToPaste() {
    let codes = codes("cat.jpg")
    #expect(codes.html == "<img src=\"https://p.example/images/01j.jpg\" alt=\"cat.jpg\" width=\"4\" height=\"3\">")
    #expect(codes.markdown == "![cat.jpg](https://p.example/images/01j.jpg)")
    #expect(codes.bbcode == "[img]https://p.example/images/01j.jpg[/img]")
  }

  @Test(arguments: [
    ("a](b) ![x", "a\\](b) \\!\\[x"), ("*b* _i_ `c`", "\\*b\\* \\_i\\_ \\`c\\`"), ("two\nlines\r", "two lines "),
    ("back\\slash", "back\\\\slash"), ("<b>&amp;", "\\<b\\>\\&amp;"), ("a\u{2028}b", "a b"),
  ])
  func nameStaysInsideOfMarkdownsBrackets(name: String, text: String) {
    #expect(EmbedCodes.markdownText(name) == text)
  }

  @Test func nameStaysInsideOfTheAttribute() {
    #expect(codes("\" onload=\"x").html.contains("alt=\"&quot; onload=&quot;x\""))
  }
}
