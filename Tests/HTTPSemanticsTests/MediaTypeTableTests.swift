import HTTPSemantics
import Testing

@Suite struct MediaTypeTableTests {
  private func type(_ name: String, in contents: String) -> String? {
    MediaTypeTable(parsing: Array(contents.utf8)).mediaType(ofExtension: name.utf8)
  }

  private static let usual = """
    # a comment
    application/applefile
    image/jpeg\t\t\tjpeg jpg   jpe
    IMAGE/PNG png # another comment
    text/plain  txt\r
    application/x-7z-compressed 7z;
    """

  @Test(
    arguments: [
      ("jpg", "image/jpeg"), ("JPG", "image/jpeg"), ("jpe", "image/jpeg"), ("png", "image/png"), ("txt", "text/plain"),
      ("7z", "application/x-7z-compressed"),
    ])
  func extensionsOfAnyCaseHaveTheTypeOfTheirLine(name: String, type: String) {
    #expect(self.type(name, in: Self.usual) == type)
  }

  @Test(arguments: ["", "j", "jpgg", "applefile", "comment", "#", "a", "image/jpeg"])
  func otherExtensionsHaveNone(name: String) {
    #expect(type(name, in: Self.usual) == nil)
  }

  @Test func ofTwoLinesTheLastCounts() {
    #expect(type("sh", in: "application/x-sh sh\ntext/x-sh SH a b") == "text/x-sh")
    #expect(MediaTypeTable(parsing: Array("a/b x\nc/d x\ne/f x".utf8)).count == 1)
  }

  @Test(
    arguments: [
      "x", "text x", "text/ x", "/plain x", "text/pl/ain x", "te xt/plain x", "text/pläin x", "text/\u{0}plain x",
      "text/plain:x x", String(repeating: "a", count: 200) + "/" + String(repeating: "b", count: 200) + " x",
    ])
  func lineWithoutATypeIsLeftOut(line: String) {
    #expect(type("x", in: line) == nil)
    #expect(type("y", in: line + "\ntext/plain y") == "text/plain")
  }

  @Test func manyExtensionsAreFound() {
    let names = (0..<3_000).map { String(($0 * 7_919) % 100_003, radix: 36) }
    let table = MediaTypeTable(parsing: Array(names.map { "a/\($0) \($0)\n" }.joined().utf8))
    #expect(names.allSatisfy { table.mediaType(ofExtension: $0.utf8) == "a/\($0)" })
  }

  @Test func longNamesAreNoExtensions() {
    let long = String(repeating: "x", count: 256)
    #expect(type(long, in: "text/plain \(long) x") == nil)
    #expect(type("x", in: "text/plain \(long) x") == "text/plain")
  }
}
