import S3Documents
import Testing

@Suite struct ObjectPathTests {
  @Test(arguments: [
    "a", "a/b/c.jpg", "100%", "a%20b/c%", "_", "=", "+a", ".hidden", "...", ".vitrine2", "a/.vitrine.jpg", " ", "a b",
    "é/\u{1F600}", "a\nb", "\\", "*", "~", "-", "con", "a:b", String(repeating: "x", count: 255),
    String(repeating: "x", count: 255) + "/" + String(repeating: "é", count: 127),
  ])
  func ordinaryKeysAreTheirOwnPath(text: String) throws {
    let path = ObjectPath(try ObjectKey(text))
    #expect(path.bytes == [UInt8](text))
    #expect(ObjectPath(path: [UInt8](text)) == path)
  }

  @Test(arguments: [
    ("photos/", "photos/%_", "photos/%="),
    ("/a", "%_/a", "%_/%=a"),
    ("a//b", "a/%_/b", "a/%_/%=b"),
    ("/", "%_/%_", "%_/%="),
    (".", "%_.", "%=."),
    ("../b", "%_../b", "%_../%=b"),
    ("a/..", "a/%_..", "a/%=.."),
    (".vitrine", "%_.vitrine", "%=.vitrine"),
    ("a/.vitrine/b", "a/%_.vitrine/b", "a/%_.vitrine/%=b"),
    ("%", "%_%25", "%=%25"),
    ("%41", "%_%2541", "%=%2541"),
    ("%_a", "%_%25_a", "%=%25_a"),
    ("%=a/b", "%_%25=a/b", "%_%25=a/%=b"),
    ("a\0b", "%_a%00b", "%=a%00b"),
    ("a", "a", "%=a"),
    ("a%", "a%", "%=a%25"),
    ("a/b", "a/b", "a/%=b"),
  ])
  func keysThatAreNoPathsAreEscaped(text: String, plain: String, shadowed: String) throws {
    let key = try ObjectKey(text)
    #expect(ObjectPath(key).bytes.text == plain)
    #expect(ObjectPath(key, form: .shadowed).bytes.text == shadowed)
    #expect(ObjectPath(path: [UInt8](plain)) == ObjectPath(key))
    #expect(ObjectPath(path: [UInt8](shadowed)) == ObjectPath(key, form: .shadowed))
  }

  @Test(arguments: [
    (String(repeating: "x", count: 256), "%+" + String(repeating: "x", count: 253) + "/xxx"),
    (String(repeating: "x", count: 253) + "..", String(repeating: "x", count: 253) + ".."),
    (String(repeating: "x", count: 253) + "%%%", "%+" + String(repeating: "x", count: 253) + "/%_%25%25%25"),
    (String(repeating: "%", count: 85), "%+" + String(repeating: "%25", count: 84) + "/%_%25"),
    (
      String(repeating: "é", count: 200),
      "%+" + String(repeating: "é", count: 126) + "/" + String(repeating: "é", count: 74)
    ),
    (
      String(repeating: "y", count: 600) + "/z",
      "%+" + String(repeating: "y", count: 253) + "/%+" + String(repeating: "y", count: 253) + "/"
        + String(repeating: "y", count: 94) + "/z"
    ),
  ])
  func longSegmentsAreCutBetweenCharacters(text: String, path: String) throws {
    #expect(ObjectPath(try ObjectKey(text)).bytes.text == path)
  }

  @Test func longSegmentIsShadowedAtItsEnd() throws {
    let key = try ObjectKey(String(repeating: "x", count: 254))
    #expect(ObjectPath(key).bytes == key.bytes)
    #expect(
      ObjectPath(key, form: .shadowed).bytes.text == "%+" + String(repeating: "x", count: 253) + "/%=x")
  }

  @Test(arguments: [
    "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", ".vitrine", "%", "%a", "%41", "%_", "%_a", "%_%", "%_%2", "%_%2f",
    "%_%41", "%_..%", "%+a", "%+a/b", "%+/b", "%=a/b", "%=%41", "%_%2", "a/%",
    "%+" + String(repeating: "x", count: 252),
    "%+" + String(repeating: "x", count: 253) + "/", "%+" + String(repeating: "x", count: 253) + "/xx",
    "%+" + String(repeating: "x", count: 252) + "/xxxx", "a\0", String(repeating: "a/", count: 512) + "a",
    String(repeating: "x", count: 256),
  ])
  func otherPathsAreNoObjects(path: String) {
    #expect(ObjectPath(path: [UInt8](path)) == nil)
  }

  @Test func pathsThatAreNotUTF8AreNoObjects() {
    #expect(ObjectPath(path: [0x61, 0xFF]) == nil)
  }

  @Test func partsOfAPath() throws {
    let path = ObjectPath(try ObjectKey("a/b//c"))
    #expect(path.names.map { Array($0).text } == ["a", "b", "%_", "c"])
    #expect(Array(path.folder).text == "a/b/%_")
    #expect(Array(path.name).text == "c")
    let top = ObjectPath(try ObjectKey("c"))
    #expect(top.folder.isEmpty)
    #expect(Array(top.name).text == "c")
  }

  @Test func everyKeyHasItsOwnPathsAndIsReadFromThem() throws {
    var generator = SeededGenerator(seed: 42)
    let pieces = [
      "/", "/", "a", "b", ".", "..", ".vitrine", "%", "%_", "%+", "%=", "%25", "\0", "é", "\u{1F600}", "_", "=",
      String(repeating: "l", count: 84), String(repeating: "%", count: 30), String(repeating: "€", count: 50),
    ]
    var seen: [[UInt8]: ObjectPath] = [:]
    for _ in 0..<4000 {
      guard let key = try? ObjectKey(generator.text(of: pieces, upTo: 14)) else { continue }
      for form in [ObjectPath.Form.plain, .shadowed] {
        let path = ObjectPath(key, form: form)
        #expect(ObjectPath(path: path.bytes) == path)
        #expect(seen.updateValue(path, forKey: path.bytes).map { $0 == path } != false)
        for name in path.names {
          #expect(!name.isEmpty && name.count <= 255 && !name.contains(0))
          #expect(![".", "..", ".vitrine"].contains(Array(name).text))
          #expect(String(validating: name, as: UTF8.self) != nil)
        }
      }
    }
  }

  @Test func everyPathThatIsReadIsWrittenTheSame() {
    var generator = SeededGenerator(seed: 43)
    let pieces = ["/", "a", ".", "%_", "%+", "%=", "%25", "%00", "%", "é", String(repeating: "l", count: 84)]
    var count = 0
    for _ in 0..<4000 {
      let bytes = [UInt8](generator.text(of: pieces, upTo: 9))
      guard let path = ObjectPath(path: bytes) else { continue }
      count += 1
      #expect(ObjectPath(path.key, form: path.form).bytes == bytes)
    }
    #expect(count > 500)
  }
}
