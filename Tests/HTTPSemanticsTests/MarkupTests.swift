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

@Suite struct XMLTests {
  @Test(arguments: [
    ("<Key a='1'>\"&\"</Key>", "&lt;Key a=&#39;1&#39;&gt;&quot;&amp;&quot;&lt;/Key&gt;"),
    ("a\tb\nc\rd", "a&#9;b&#10;c&#13;d"), ("\0\u{1}\u{1F}\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("\u{7F}\u{85}\u{FFFD}\u{10000}кот 🐈", "\u{7F}\u{85}\u{FFFD}\u{10000}кот 🐈"), ("", ""),
  ])
  func textIsInertInXML(text: String, escaped: String) {
    #expect(XML.escape(text) == escaped)
  }

  @Test(arguments: [
    ("", true), ("a\tb\nc\rd", true), ("\u{7F}\u{85}\u{FFFD}\u{10000}кот", true), ("\u{FFBE}\u{FFBF}", true),
    ("\0", false),
    ("a\u{1}", false), ("\u{1F}b", false), ("\u{FFFE}", false), ("a\u{FFFF}b", false),
  ])
  func textsThatXMLHasNoPlaceForAreTold(text: String, canHold: Bool) {
    #expect(XML.canHold(text) == canHold)
  }
}
