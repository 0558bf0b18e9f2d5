import Foundation
import Testing

@testable import ProgramSettings

struct SettingsFileTests {
  private func parse(_ text: String) throws -> [String] {
    try SettingsFile.parse(Array(text.utf8), path: "f").map { "\($0.name)=\($0.text)" }
  }

  @Test(
    arguments: [
      ("", []), ("\n\n", []), ("# a=b\n;c=d\n  # e\n", []), ("A=1", ["A=1"]), ("A=1\nB=2\n", ["A=1", "B=2"]),
      ("A=1\r\nB=2\r\n", ["A=1", "B=2"]), (" A = 1 \t\n", ["A=1"]), ("A=", ["A="]), ("A==b=c", ["A==b=c"]),
      ("A=\"x y\"", ["A=x y"]), ("A=' x '", ["A= x "]), ("A=\"x", ["A=\"x"]), ("A=\"", ["A=\""]),
      ("A=\"'x'\"", ["A='x'"]),
      ("A=x # y", ["A=x # y"]), ("A=я", ["A=я"]), ("A=1\nA=2", ["A=1", "A=2"]),
    ] as [(String, [String])])
  func linesAreNamesAndValues(text: String, pairs: [String]) throws {
    #expect(try parse(text) == pairs)
  }

  @Test(arguments: [("A", 1), ("A=1\nnonsense\n", 2), ("\n\n=1", 3), ("A=1\r\n\r\nB", 3)])
  func otherLinesAreRefusedByTheirNumber(text: String, line: Int) {
    #expect(throws: SettingError("f, line \(line): not KEY=VALUE")) { try parse(text) }
  }

  @Test func bytesThatAreNoTextAreNoTrouble() throws {
    #expect(try SettingsFile.parse([0x41, 0x3D, 0xFF, 0x00], path: "f").first?.text == "\u{FFFD}\0")
  }
}

/// A file that goes with its value.
final class TemporaryFile: Sendable {
  let path = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString)").path

  init(_ content: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(content.utf8))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
