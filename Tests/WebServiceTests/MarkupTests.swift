import Testing

@testable import WebService

struct MarkupTests {
  @Test func textIsEscapedAndMarkupIsNot() {
    let name = "<script>\"'&"
    let bold: Markup = "<b>\(name)</b>"
    let whole: Markup = "<p title=\"\(name)\">\(bold)\(3)\(nil as Markup?)</p>"
    #expect(
      whole.html
        == "<p title=\"&lt;script&gt;&quot;&#39;&amp;\"><b>&lt;script&gt;&quot;&#39;&amp;</b>3</p>")
  }

  @Test func literalsAreMarkup() {
    #expect(("<br>" as Markup).html == "<br>")
  }

  @Test func sequencesAreJoined() {
    let items = ["a", "<"].map { "<li>\($0)</li>" as Markup }
    #expect(("<ul>\(items)</ul>" as Markup).html == "<ul><li>a</li><li>&lt;</li></ul>")
  }
}
