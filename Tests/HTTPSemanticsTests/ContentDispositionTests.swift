import HTTPSemantics
import RandomFixture
import Testing

@Suite struct ContentDispositionTests {
  @Test(arguments: [
    ("abc.zip", #"attachment; filename="abc.zip""#),
    ("Trip 1.zip", #"attachment; filename="Trip 1.zip""#),
    ("a\"b.zip", #"attachment; filename="a\"b.zip""#),
    ("../a\\b.zip", #"attachment; filename=".._a_b.zip""#),
    ("a\r\nb\0.zip", #"attachment; filename="ab.zip""#),
    ("gepj\u{202E}gpj.exe", #"attachment; filename="gepjgpj.exe""#),
    ("€ rates", #"attachment; filename="_ rates"; filename*=UTF-8''%E2%82%AC%20rates"#),
    ("50%25.zip", #"attachment; filename="50_25.zip"; filename*=UTF-8''50%2525.zip"#),
    ("50%.zip", #"attachment; filename="50%.zip""#),
    ("", #"attachment; filename="download""#),
    ("..", #"attachment; filename="download""#),
    ("\n", #"attachment; filename="download""#),
  ])
  func downloadsAreNamedSafely(name: String, value: String) {
    #expect(ContentDisposition.attachment(filename: name).fieldValue == value)
  }

  @Test func inlineIsNamedToo() {
    #expect(ContentDisposition.inline(filename: "cat.jpg").fieldValue == #"inline; filename="cat.jpg""#)
  }

  @Test func longNameIsCutBetweenCodePoints() throws {
    let value = ContentDisposition.attachment(filename: "a" + String(repeating: "ж", count: 200)).fieldValue
    let parsed = try #require(ContentDisposition(parsing: Array(value)))
    #expect(parsed.filename == "a" + String(repeating: "ж", count: 127))
  }

  @Test func anyNameMakesOneAsciiLineThatReadsBack() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<500 {
      let name = generator.text(upTo: 30)
      let value = ContentDisposition.attachment(filename: name).fieldValue
      #expect(value.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
      let parsed = try #require(ContentDisposition(parsing: Array(value)))
      let filename = try #require(parsed.filename)
      let again = try #require(
        ContentDisposition(parsing: Array(ContentDisposition.attachment(filename: filename).fieldValue)))
      #expect(again.filename == filename)
      #expect(!filename.contains("/") && !filename.contains("\\") && !filename.isEmpty)
    }
  }
}

@Suite struct FormDispositionTests {
  @Test(
    arguments: [
      // Chrome, Firefox and Safari, and curl since 7.81.
      (#"form-data; name="file"; filename="cat.jpg""#, "file", "cat.jpg"),
      (#"form-data; name="a%22b%0D%0A%0d%0a"; filename="100%25.jpg""#, "a\"b\r\n\r\n", "100%25.jpg"),
      (#"form-data; name="f"; filename="кот 🐈.jpg""#, "f", "кот 🐈.jpg"),
      // Older curl.
      (#"form-data; name="f"; filename="a\"b\\c.jpg""#, "f", "c.jpg"),
      (#"form-data; name="f"; filename="a\"b.jpg""#, "f", "a\"b.jpg"),
      // Internet Explorer.
      (#"form-data; name="f"; filename="C:\a\b.jpg""#, "f", "b.jpg"),
      (#"form-data; name="f"; filename="\\server\share\b.jpg""#, "f", "b.jpg"),
      (#"form-data; name="f"; filename="../../etc/passwd""#, "f", "passwd"),
      // A name that ends with a backslash, as a browser on Linux sends it.
      (#"form-data; name="a\"; filename="b.jpg""#, "a\\", "b.jpg"),
      (#"form-data; filename="b.jpg"; name="a\""#, "a\\", "b.jpg"),
      // Libraries.
      (#"form-data; name=file; filename=cat.jpg"#, "file", "cat.jpg"),
      (#"Form-Data;NAME="f";FileName="x""#, "f", "x"),
      (#"form-data; name="f"; filename="_.jpg"; filename*=UTF-8''%D0%BA.jpg"#, "f", "к.jpg"),
      (#"form-data; name="f"; filename*=utf-8'ru'a%2Fb.jpg"#, "f", "b.jpg"),
      (#"form-data; name="f"; filename*=ISO-8859-1''%E9.jpg"#, "f", "é.jpg"),
      // No file chosen; no file field.
      (#"form-data; name="f"; filename="""#, "f", ""),
      (#"form-data; name="f""#, "f", nil),
      (#"form-data; filename="x""#, nil, "x"),
    ] as [(String, String?, String?)])
  func namesAreReadAsTheClientMeantThem(value: String, name: String?, filename: String?) throws {
    let disposition = try #require(ContentDisposition(parsing: Array(value)))
    #expect(disposition.kind == "form-data")
    #expect(disposition.name == name)
    #expect(disposition.filename == filename)
  }

  @Test(arguments: [
    "", ";", #"form-data; name="f"#, #"form-data; name="f" filename="x""#, #"form-data; name="f"; name="g""#,
    #"form-data; filename="a"; FILENAME="b""#, "form-data; name", "form-data name=x", "form-data; =x",
    "form-data; filename*=UTF-8''%zz", "form-data; filename*=UTF-8''%FF", "form-data; filename*=KOI8-R''%FF",
    "form-data; filename*=x",
  ])
  func malformedOnesAreRefused(value: String) {
    #expect(ContentDisposition(parsing: Array(value)) == nil)
  }

  @Test func bytesThatAreNotTextAreReplaced() throws {
    let name: [UInt8] = [0xEA, 0xEE, 0xF2]
    let value = Array("form-data; name=\"f\"; filename=\"".utf8) + name + Array(".jpg\"".utf8)
    #expect(ContentDisposition(parsing: value)?.filename == "\u{FFFD}\u{FFFD}\u{FFFD}.jpg")
  }
}
