import S3Documents
import Testing

@Suite struct XMLWriterTests {
  @Test func documentsAreCompactAndEscaped() {
    let document = XMLWriter.document("Root") { xml in
      xml.element("Text", "a&b<c>\"d\"'e'\n")
      xml.element("Number", 18_446_744_073_709_551_615 as UInt64)
      xml.element("Flag", false)
      xml.element(optional: "Missing", nil)
      xml.element(optional: "Empty", "")
      xml.element("Inner", attributes: ["x:y": "\"&\""]) { xml in xml.element("Text", "é\u{FFFD}") }
    }
    #expect(
      document.text == declaration
        + "<Root \(s3Namespace)><Text>a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;&#10;</Text>"
        + "<Number>18446744073709551615</Number><Flag>false</Flag><Empty></Empty>"
        + "<Inner x:y=\"&quot;&amp;&quot;\"><Text>é\u{FFFD}</Text></Inner></Root>")
  }

  @Test(arguments: ["\u{0}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"])
  func charactersThatNoDocumentHoldsAreReplaced(character: String) {
    let document = XMLWriter.document("R", namespace: nil) { xml in xml.element("T", "a\(character)b") }
    #expect(document.text == declaration + "<R><T>a\u{FFFD}b</T></R>")
  }
}
