import Storage
import Foundation
import Posix
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct ChecksumMemoryTests {
  private let folder = TemporaryFolder()

  private func memory(capacity: Int = 1000) throws -> ChecksumMemory {
    try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path), capacity: capacity) { _ in }
  }

  private func version(
    _ inode: UInt64, size: UInt64 = 1, changed: Int64 = 2, _ change: (inout ContentVersion.FileState) -> Void = { _ in }
  ) -> ContentVersion {
    var state = ContentVersion.FileState(
      device: .max, inode: inode, size: size, modified: Timestamp(seconds: 100, nanoseconds: 1),
      changed: Timestamp(seconds: 100, nanoseconds: changed))
    change(&state)
    return .file(state)
  }

  private let later = Timestamp(seconds: 1000)

  @Test func whatIsRememberedIsKnownToAllAndLater() throws {
    let one = try memory()
    let other = try memory()
    one.remember([(version(1), 11), (version(2), .max)], readSince: later)
    #expect(other.checksums(of: [version(2), version(3), version(1)]) == [.max, nil, 11])
    #expect(try memory().checksums(of: [version(1)]) == [11])
    #expect(one.checksums(of: []) == [])
  }

  @Test func everyPartOfTheVersionCounts() throws {
    let memory = try memory()
    memory.remember([(version(1), 11)], readSince: later)
    let others = [
      version(1) { $0.device = 1 }, version(2), version(1, size: 2), version(1) { $0.modified.nanoseconds += 1 },
      version(1, changed: 3), version(1) { $0.changed = nil }, .memory(1), .blobs(["1"]),
    ]
    #expect(memory.checksums(of: others) == Array(repeating: nil, count: others.count))
    memory.remember([(.memory(1), 22)], readSince: later)
    #expect(memory.checksums(of: [.memory(1), version(1)]) == [nil, 11])
  }

  @Test func aNewContentTakesThePlaceOfTheOld() throws {
    let memory = try memory()
    memory.remember([(version(1), 11)], readSince: later)
    memory.remember([(version(1, size: 2), 22)], readSince: later)
    #expect(memory.checksums(of: [version(1), version(1, size: 2)]) == [nil, 22])
  }

  @Test func theOldestAreForgottenBeyondTheCapacity() throws {
    let memory = try memory(capacity: 5)
    for inode in 1...8 { memory.remember([(version(UInt64(inode)), UInt32(inode))], readSince: later) }
    let versions = (1...8).map { version(UInt64($0)) }
    #expect(memory.checksums(of: versions) == [nil, nil, nil, 4, 5, 6, 7, 8])
    memory.remember(versions.map { ($0, 9) }, readSince: later)
    #expect(memory.checksums(of: versions).compactMap { $0 }.count == 5)
  }

  @Test func aFileThatHasJustChangedIsNotRemembered() throws {
    let memory = try memory()
    memory.remember([(version(1), 11)], readSince: Timestamp(seconds: 100, nanoseconds: 50_000_002))
    memory.remember([(version(2), 22)], readSince: Timestamp(seconds: 100, nanoseconds: 50_000_003))
    let coarse = [version(3, changed: 0), version(4, changed: 0)]
    memory.remember([(coarse[0], 33)], readSince: Timestamp(seconds: 102))
    memory.remember([(coarse[1], 44)], readSince: Timestamp(seconds: 102, nanoseconds: 1))
    #expect(memory.checksums(of: [version(1), version(2)] + coarse) == [nil, 22, nil, 44])
  }

  @Test func itMayBeDeletedOrDamagedAtAnyTime() throws {
    let lines = Mutex<[String]>([])
    let memory = try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path)) { line in
      lines.withLock { $0.append(line) }
    }
    memory.remember([(version(1), 11)], readSince: later)
    for suffix in ["", "-wal", "-shm"] {
      try FileManager.default.removeItem(atPath: folder.path + "/.vitrine/checksums-1.db" + suffix)
    }
    #expect(memory.checksums(of: [version(1)]) == [nil])
    memory.remember([(version(1), 11)], readSince: later)
    #expect(memory.checksums(of: [version(1)]) == [11])
    #expect(lines.withLock { $0 } == [])
  }

  @Test func manyThreadsShareIt() throws {
    let memory = try memory(capacity: 10_000)
    let later = later
    var threads: [JoinedThread] = []
    for thread in 0..<8 {
      threads.append(
        try JoinedThread {
          for number in 0..<20 {
            let inode = UInt64(thread * 100 + number)
            let version = ContentVersion.file(
              ContentVersion.FileState(
                device: 1, inode: inode, size: 1, modified: Timestamp(seconds: 1), changed: Timestamp(seconds: 1)))
            memory.remember([(version, UInt32(inode))], readSince: later)
            if memory.checksums(of: [version]) != [UInt32(inode)] { Issue.record("forgotten") }
          }
        })
    }
    for thread in threads { thread.join() }
  }
}
