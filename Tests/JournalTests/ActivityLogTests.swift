import Foundation
import Journal
import Posix
import Synchronization
import Testing

@Suite final class ActivityLogTests {
  private let folder = NSTemporaryDirectory() + "vitrine-journal-\(UUID().uuidString)"
  private var path: String { folder + "/app.log" }

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init).dropLast()
  }

  private func open() throws -> ActivityLog {
    try ActivityLog(path: path, language: .english) { Issue.record("\($0)") }
  }

  @Test func linesAreAppendedWithTheLocalTime() throws {
    try "before\n".write(toFile: path, atomically: false, encoding: .utf8)
    try open().record(.pictureUploaded(name: "a.jpg"), at: Timestamp(seconds: 1_737_727_200))
    let local = LocalTime(secondsSince1970: 1_737_727_200)
    let hour = String(format: "%02d:%02d", local.hour, local.minute)
    #expect(try lines(path)[0] == "before")
    #expect(try lines(path)[1].contains(" \(hour):00] Success: image a.jpg uploaded."))
  }

  @Test func aRotatedFileIsLeftWhenAsked() throws {
    let log = try open()
    log.record(.pictureUploaded(name: "a.jpg"))
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    log.record(.pictureUploaded(name: "b.jpg"))
    try log.reopen()
    log.record(.pictureUploaded(name: "c.jpg"))
    #expect(try lines(path + ".1").count == 2)
    #expect(try lines(path).count == 1)
  }

  @Test func theOldFileGoesOnIfReopeningFails() throws {
    let log = try open()
    let other = folder + "-moved"
    try FileManager.default.moveItem(atPath: folder, toPath: other)
    defer { try? FileManager.default.moveItem(atPath: other, toPath: folder) }
    #expect(throws: Errno.noSuchFile) { try log.reopen() }
    log.record(.pictureUploaded(name: "a.jpg"))
    #expect(try lines(other + "/app.log").count == 1)
  }

  @Test func linesOfManyThreadsAndOpenFilesStayWhole() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let log = try ActivityLog(path: path, language: .russian) { Issue.record("\($0)") }
          for number in 0..<50 { log.record(.pictureUploaded(name: "\(writer)-\(number)")) }
        }
      }
      try await group.waitForAll()
    }
    let lines = try lines(path)
    #expect(lines.count == 400)
    #expect(lines.allSatisfy { $0.hasPrefix("[") && $0.hasSuffix(" загружено.") })
  }

  @Test func aFullDiskIsToldOf() throws {
    let failures = Mutex<[Errno]>([])
    let log = try ActivityLog(path: "/dev/full", language: .english) { error in failures.withLock { $0.append(error) } }
    log.record(.pictureUploaded(name: "a.jpg"))
    #expect(failures.withLock { $0 } == [.noSpace])
  }

  @Test func refusalsOfAFloodAreFewBytesAndAreSummedUp() throws {
    let log = try ActivityLog(path: path, language: .english) { _ in }
    let key = String(repeating: "\u{1}", count: 1_024)
    let time = Timestamp(seconds: 1_000, nanoseconds: 0)
    var written = 0
    for _ in 0..<2_000 where log.record(.objectRefused(bucket: "b", key: key, code: "AccessDenied"), at: time) {
      written += 1
    }
    // What was done is told all the same.
    #expect(log.record(.objectPut(bucket: "b", key: "k"), at: time))
    log.tellRefusals(at: Timestamp(seconds: 1_060, nanoseconds: 0))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.utf8.count < 140_000)
    #expect(text.hasSuffix("Error: \(2_000 - written) further requests refused, too many to list.\n"))
    #expect(text.contains("Success: object b/k stored."))
  }
}
