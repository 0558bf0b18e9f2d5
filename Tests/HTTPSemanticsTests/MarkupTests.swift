import HTTPSemantics
import Testing

@Suite struct HTMLTests {
  @Test(arguments: [
    ("<img src=x onerror=\"alert('1')\">&amp;", "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;"),
    ("a\0\u{1}\u{7F}\t\n\r", "a\u{FFFD}\u{FFFD}\u{FFFD}\t\n\r"), ("кот 🐈", "кот 🐈"), ("", ""),
  ])
  func textIsInertInHTML(text: String, escaped: String) {
    #expect(HTML.escape(text) == escaped)
  }
}
