import RandomFixture
import Testing

@testable import S3Documents

@Suite struct XMLParserTests {
  private func parse(_ text: String, limits: XMLParser.Limits = .init()) throws(XMLError) -> XMLElement {
    try XMLParser.parse(Array(text.utf8), limits: limits)
  }

  @Test func elementsTextsAndOrderAreKept() throws {
    let root = try parse(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- before -->
      <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Quiet>true</Quiet>
        <Object><Key>a b</Key></Object><Object ><Key>ü</Key></Object >
        <Empty/><s3:Prefixed x:type='y' />
      </Delete>
      <!-- after -->
      """)
    #expect(
      root
        == XMLElement(
          name: "Delete",
          children: [
            XMLElement(name: "Quiet", text: "true"),
            XMLElement(name: "Object", children: [XMLElement(name: "Key", text: "a b")]),
            XMLElement(name: "Object", children: [XMLElement(name: "Key", text: "ü")]),
            XMLElement(name: "Empty"),
            XMLElement(name: "Prefixed"),
          ]))
    #expect(root.first("Object")?.first("Key")?.text == "a b")
    #expect(root.all("Object").count == 2)
  }

  @Test(arguments: [
    ("<a>&amp;&lt;&gt;&quot;&apos;</a>", "&<>\"'"),
    ("<a>&#65;&#x42;&#x1F600;&#9;&#10;&#13;</a>", "AB\u{1F600}\t\n\r"),
    ("<a>&amp;lt;</a>", "&lt;"),
    ("<a>x<![CDATA[<&]]]>]]&gt;<!-- - -->y</a>", "x<&]]]>y"),
    ("<a>1\r\n2\r3\n4</a>", "1\n2\n3\n4"),
    ("<a> </a>", " "),
    ("<a> x <b/> </a>", " x  "),
    ("<a> <b/> </a>", ""),
    ("<a>]]</a>", "]]"),
    ("<a></a>", ""),
    ("<a/>", ""),
    ("\u{FEFF}<a>bom</a>", "bom"),
    ("<?xml version='1.0'?><a>q</a>", "q"),
    ("<?xml version=\"1.0\" encoding='utf-8' standalone = \"no\" ?>\n<a>q</a>", "q"),
    ("<a b='&lt;&#10;' c=\"'\">q</a>", "q"),
  ])
  func textIsWhatItStandsFor(document: String, text: String) throws {
    let root = try parse(document)
    #expect(root.name == "a")
    #expect(Array(root.text.utf8) == Array(text.utf8))
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0),
      ("   ", .unexpectedEnd, 3),
      ("text", .unexpectedByte, 0),
      ("<a>", .unexpectedEnd, 3),
      ("<a><b></a>", .mismatchedTag, 8),
      ("<a></A>", .mismatchedTag, 5),
      ("<a></a", .unexpectedEnd, 6),
      ("<a></a><b/>", .unexpectedByte, 7),
      ("<a/>x", .unexpectedByte, 4),
      ("<1/>", .unexpectedByte, 1),
      ("< a/>", .unexpectedByte, 1),
      ("<a:b:c/>", .unexpectedByte, 1),
      ("<:a/>", .unexpectedByte, 1),
      ("<a:/>", .unexpectedByte, 1),
      ("<a b/>", .unexpectedByte, 4),
      ("<a b=c/>", .unexpectedByte, 5),
      ("<a b='1'c='2'/>", .unexpectedByte, 8),
      ("<a b='1' b='2'/>", .duplicateAttribute, 10),
      ("<a b='<'/>", .unexpectedByte, 6),
      ("<a b='1/>", .unexpectedEnd, 9),
      ("<a>]]></a>", .unexpectedByte, 3),
      ("<a>&nbsp;</a>", .unknownEntity, 3),
      ("<a>&amp</a>", .unknownEntity, 3),
      ("<a>&</a>", .unknownEntity, 3),
      ("<a>&#0;</a>", .invalidCharacter, 3),
      ("<a>&#xD800;</a>", .invalidCharacter, 3),
      ("<a>&#x110000;</a>", .invalidCharacter, 3),
      ("<a>&#xFFFF;</a>", .invalidCharacter, 3),
      ("<a>&#99999999999999999999;</a>", .invalidCharacter, 3),
      ("<a>&#;</a>", .invalidCharacter, 3),
      ("<a>&#x;</a>", .invalidCharacter, 3),
      ("<a>&#1a;</a>", .invalidCharacter, 3),
      ("<a>\u{1}</a>", .invalidCharacter, 3),
      ("<a>\u{FFFE}</a>", .invalidCharacter, 3),
      ("<a><!-- -- --></a>", .unexpectedByte, 10),
      ("<a><!-- ", .unexpectedEnd, 8),
      ("<a><![CDATA[ ]]</a>", .unexpectedEnd, 19),
      ("<!DOCTYPE a><a/>", .unsupported, 0),
      ("<a><!ELEMENT b></a>", .unsupported, 3),
      ("<?pi?><a/>", .unsupported, 0),
      ("<a><?pi?></a>", .unsupported, 3),
      (" <?xml version='1.0'?><a/>", .unsupported, 1),
      ("<?xml version='2.0'?><a/>", .unsupported, 6),
      ("<?xml version='1.0' encoding='latin1'?><a/>", .invalidEncoding, 20),
      ("<?xml encoding='utf-8' version='1.0'?><a/>", .unexpectedByte, 23),
      ("<?xml?><a/>", .unexpectedByte, 7),
      ("<?xml version='1.0'", .unexpectedEnd, 19),
    ] as [(String, XMLError.Reason, Int)])
  func faultsAreNamedWithTheirPlace(document: String, reason: XMLError.Reason, offset: Int) {
    #expect(throws: XMLError(reason: reason, offset: offset)) { try parse(document) }
  }

  @Test func whatIsNotUTF8IsRefused() {
    #expect(throws: XMLError(reason: .invalidEncoding, offset: 0)) {
      try XMLParser.parse([UInt8]("<a>") + [0xFF] + [UInt8]("</a>"))
    }
    #expect(throws: XMLError(reason: .invalidEncoding, offset: 0)) { try XMLParser.parse([0xFE, 0xFF, 0x00, 0x3C]) }
  }

  @Test func limitsHold() throws {
    let limits = XMLParser.Limits(bytes: 100, depth: 3, elements: 5)
    #expect(try parse("<a><b><c/></b></a>", limits: limits).children.count == 1)
    #expect(throws: XMLError(reason: .tooDeep, offset: 10)) { try parse("<a><b><c><d/></c></b></a>", limits: limits) }
    #expect(try parse("<a><b/><b/><b/><b/></a>", limits: limits).children.count == 4)
    #expect(throws: XMLError.self) { try parse("<a><b/><b/><b/><b/><b/></a>", limits: limits) }
    #expect(throws: XMLError(reason: .tooLarge, offset: 100)) {
      try parse("<a>" + String(repeating: "x", count: 94) + "</a>", limits: limits)
    }
    let attributes = (0..<33).map { " a\($0)='1'" }.joined()
    #expect(throws: XMLError.self) { try parse("<a\(attributes)/>") }
  }

  @Test func everyTruncationIsRefused() throws {
    let document = Array(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a x='1'><!--c--><b>&amp;&#x41;<![CDATA[d]]>é</b><c/></a>".utf8)
    _ = try XMLParser.parse(document)
    for end in 0..<document.count {
      #expect(throws: XMLError.self) { try XMLParser.parse(Array(document[..<end])) }
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    var generator = SeededGenerator(seed: 7)
    let pieces = ["a", "&", "<", ">", "\"", "'", "]]>", "\n", "\r", "\t", "é", "\u{1F600}", "\u{FFFD}", " ", "<!--"]
    for _ in 0..<300 {
      let text = generator.text(of: pieces, upTo: 12)
      let document = XMLWriter.document("r") { xml in
        xml.element("k", text)
        xml.element("v", attributes: ["a": text]) { xml in xml.element("n", 1) }
      }
      let root = try XMLParser.parse(document)
      #expect(root.first("k").map { Array($0.text.utf8) } == Array(text.utf8))
    }
  }
}
