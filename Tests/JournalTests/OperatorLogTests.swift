import Foundation
import Posix
import Synchronization
import Testing

@testable import Journal

@Suite struct OperatorLogTests {
  /// What the calls write.
  private func written(
    _ level: OperatorLog.Level, _ style: OperatorLog.Style, _ body: (OperatorLog) -> Void
  ) throws -> [String] {
    let folder = try FileDescriptor.open(NSTemporaryDirectory(), [.directory])
    let file = SharedDescriptor(try folder.openUnnamed())
    body(OperatorLog(level: level, style: style, output: file))
    let text = String(decoding: try file.descriptor.readAll(limit: 1 << 20), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func journaldGetsAPriority() throws {
    let lines = try written(.debug, .journal) { log in
      log.debug("one")
      log.info("two", ["size": 48213, "name": "a.jpg"])
      log.warning("three")
      log.error("four")
    }
    #expect(lines == ["<7>one", "<6>two size=48213 name=a.jpg", "<4>three", "<3>four"])
  }

  @Test func aTerminalGetsTimeAndLevel() throws {
    let lines = try written(.info, .timestamp) { $0.info("ready") }
    let pattern = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info ready/
    #expect(try pattern.wholeMatch(in: #require(lines.first)) != nil)
  }

  @Test(arguments: [
    ("plain", "plain"), ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#), ("\"", #""\"""#),
    ("back\\slash", #""back\\slash""#), ("a\nb", #""a\x0Ab""#), ("naïve", "naïve"), ("\u{1b}[0m", #""\x1B[0m""#),
    ("\"\n\\", #""\"\x0A\\""#),
  ])
  func valuesAreQuotedWhereTheyCouldBeMisread(value: String, field: String) throws {
    let lines = try written(.info, .journal) { $0.info("m", ["key": value]) }
    #expect(lines == ["<6>m key=\(field)"])
  }

  @Test func aMessageIsOneLine() throws {
    #expect(try written(.info, .journal) { $0.info("a\n<0>b") } == [#"<6>a\x0A<0>b"#])
  }

  @Test(arguments: OperatorLog.Level.allCases) func whatIsBelowTheLevelIsNotEvenMade(level: OperatorLog.Level) throws {
    var made = 0
    func count() -> String {
      made += 1
      return ""
    }
    let lines = try written(level, .journal) { log in
      for level in OperatorLog.Level.allCases { log.log(level, count()) }
    }
    let expected = OperatorLog.Level.allCases.filter { $0 >= level }.count
    #expect(lines.count == expected)
    #expect(made == expected)
    #expect(OperatorLog.Level.allCases == [.debug, .info, .warning, .error])
    #expect(OperatorLog.Level.allCases.sorted() == OperatorLog.Level.allCases)
  }

  @Test func theJournalIsRecognizedByItsSocket() throws {
    let status = try fileStatus(atPath: "/dev/null")
    #expect(OperatorLog.Style(journalStream: nil, status: status) == .timestamp)
    #expect(OperatorLog.Style(journalStream: "1:2", status: status) == .timestamp)
    #expect(OperatorLog.Style(journalStream: "\(status.device):\(status.inode)", status: status) == .journal)
    #expect(OperatorLog.Style(journalStream: "\(status.device):\(status.inode)", status: nil) == .timestamp)
  }

  @Test func aLogThatGoesAwayLeavesStandardErrorOpen() throws {
    do { _ = OperatorLog(level: .error) }
    let standardError = FileDescriptor(owning: 2)
    #expect((try? standardError.status()) != nil)
    _ = standardError.release()
  }

  @Test func queuedLinesAreWrittenLaterInTheirOrder() throws {
    let queue = try LineQueue(name: "test")
    let gate = Gate()
    #expect(queue.submit(size: 0) { gate.wait() })
    let lines = try written(.info, .journal) { direct in
      let log = direct.queued(queue)
      for number in 0..<100 { log.info("\(number)") }
      direct.info("direct")
      gate.open()
      log.finish()
    }
    #expect(lines == ["<6>direct"] + (0..<100).map { "<6>\($0)" })
  }

  @Test func refusalsOfAFloodAreFewLinesAndAreSummedUp() throws {
    let time = Timestamp(seconds: 1_000)
    let lines = try written(.info, .journal) { log in
      let refusals = RefusalLog(log)
      for _ in 0..<5_000 { refusals.record(.info, "too many archives", ["client": "192.0.2.1"], at: time) }
      refusals.record(.debug, "below the level", [:], at: time)
      refusals.reportRefusals(at: time)
      refusals.reportRefusals(at: Timestamp(seconds: 1_060))
      refusals.record(.info, "again", [:], at: Timestamp(seconds: 1_061))
    }
    let written = lines.filter { $0 == "<6>too many archives client=192.0.2.1" }.count
    #expect(written > 100 && written < 4_000)
    #expect(
      lines.suffix(2) == [
        "<4>further requests refused, too many to list requests=\(5_000 - written)", "<6>again",
      ])
  }

  @Test func anOutputThatFailsIsNobodysError() throws {
    let full = SharedDescriptor(try FileDescriptor.open("/dev/full", .writeOnly))
    OperatorLog(level: .info, style: .journal, output: full).error("lost")
    OperatorLog(level: .info, style: .journal, output: nil).error("lost")
  }
}
