import Posix
import Testing

@testable import Journal

@Suite struct LogTailTests {
  @Test func onlyWholeLinesAreTaken() {
    let (lines, used) = LogTail.split(Array("one\ntwo\nthr".utf8)[...], startsInLine: false)
    #expect(lines == ["one", "two"] && used == 8)
    #expect(LogTail.split(Array("thr".utf8)[...], startsInLine: false).used == 0)
    #expect(LogTail.split(Array("ne\ntwo\n".utf8)[...], startsInLine: true).lines == ["two"])
  }

  @Test func positionsReadBack() {
    let position = LogTail.Position(inode: 7, offset: .max)
    #expect(LogTail.Position(position.text) == position)
    for text in ["", "1", "1-", "-1", "1-2-3", "a-b", "1-18446744073709551616"] {
      #expect(LogTail.Position(text) == nil)
    }
  }

  @Test func errorsAreKnownInEveryLanguage() {
    #expect(LogTail.isError("[2025-01-24 14:01:00] Error: unsupported file format (a.txt)."))
    #expect(LogTail.isError("[2025-01-24 14:01:00] Ошибка: неподдерживаемый формат файла (a.txt)."))
    #expect(!LogTail.isError("[2025-01-24 14:01:00] Success: image Error: uploaded."))
    #expect(!LogTail.isError("no time"))
  }

  @Test func growthIsFollowedAndRotationSeen() throws {
    let folder = "/tmp/vitrine-log-tail-\(ProcessControl.currentID)"
    try makeDirectories(folder)
    let path = "\(folder)/app.log"
    defer {
      if let directory = try? FileDescriptor.open(folder, [.readOnly, .directory]) {
        try? directory.unlink("app.log")
        try? directory.unlink("app.log.1")
      }
    }
    func append(_ text: String) throws {
      try FileDescriptor.open(path, [.writeOnly, .append, .create], mode: 0o600).writeAll(Array(text.utf8))
    }
    try append("one\ntwo\n")
    let first = try #require(LogTail.read(path, after: nil))
    #expect(first.lines == ["one", "two"] && first.isRestarted)
    try append("three\nfo")
    let second = try #require(LogTail.read(path, after: first.next))
    #expect(second.lines == ["three"] && !second.isRestarted)
    try append("ur\n")
    #expect(LogTail.read(path, after: second.next)?.lines == ["four"])
    try FileDescriptor.open(folder, [.readOnly, .directory]).rename("app.log", to: "app.log.1")
    try append("new\n")
    let rotated = try #require(LogTail.read(path, after: second.next))
    #expect(rotated.lines == ["new"] && rotated.isRestarted)
    #expect(LogTail.read("\(folder)/none", after: nil) == nil)
  }
}
