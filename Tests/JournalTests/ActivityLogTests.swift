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
    log.reopen { Issue.record("\($0)") }
    log.record(.pictureUploaded(name: "c.jpg"))
    #expect(try lines(path + ".1").count == 2)
    #expect(try lines(path).count == 1)
  }

  @Test func theOldFileGoesOnIfReopeningFails() throws {
    let log = try open()
    let other = folder + "-moved"
    try FileManager.default.moveItem(atPath: folder, toPath: other)
    defer { try? FileManager.default.moveItem(atPath: other, toPath: folder) }
    let failures = Mutex<[Errno]>([])
    log.reopen { error in failures.withLock { $0.append(error) } }
    #expect(failures.withLock { $0 } == [.noSuchFile])
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

  @Test func aRotatedFileIsLeftAfterTheLinesThatWereQueuedBefore() throws {
    let queue = try LineQueue(name: "test")
    let log = try ActivityLog(path: path, language: .english, queue: queue) { Issue.record("\($0)") }
    let gate = Gate()
    #expect(queue.submit(size: 0) { gate.wait() })
    for number in 0..<100 { log.record(.pictureUploaded(name: "\(number).jpg")) }
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    log.reopen { Issue.record("\($0)") }
    for number in 100..<200 { log.record(.pictureUploaded(name: "\(number).jpg")) }
    gate.open()
    log.finish()
    let names = try (lines(path + ".1") + lines(path)).map { $0.split(separator: " ")[4] }
    #expect(names == (0..<200).map { "\($0).jpg" })
    #expect(try lines(path).count == 100)
  }

  @Test func whatFindsNoRoomInTheQueueIsToldOfOnce() throws {
    let failures = Mutex<[Errno]>([])
    let queue = try LineQueue(name: "test", limit: 1_000)
    let log = try ActivityLog(path: path, language: .english, queue: queue) { error in
      failures.withLock { $0.append(error) }
    }
    let gate = Gate()
    #expect(queue.submit(size: 0) { gate.wait() })
    for number in 0..<100 { log.record(.pictureUploaded(name: "\(number).jpg")) }
    gate.open()
    log.finish()
    let count = try lines(path).count
    #expect(count > 5 && count < 20)
    #expect(failures.withLock { $0 } == [.noBufferSpace])
    log.record(.pictureUploaded(name: "last.jpg"))
    log.finish()
    #expect(try lines(path).count == count + 1)
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
    log.reportRefusals(at: Timestamp(seconds: 1_060, nanoseconds: 0))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.utf8.count < 140_000)
    #expect(text.hasSuffix("Error: \(2_000 - written) further requests refused, too many to list.\n"))
    #expect(text.contains("Success: object b/k stored."))
  }
}
